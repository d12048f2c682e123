-module(index).

%% What there is.
data(_) ->
    #{
      blog  => {eterm,    "site.config"},
      posts => {markdown, "posts/*.md"},
      pages => {markdown, "pages/*.md"},
      rest  => load_rest()
     }.

site(Data) ->
    #{
      "site/index.html" => {template, "templates/index.html"},
      "site/archive.html" => {template, "templates/archive.html", #{root => ""}},
      "site/{{post.id}}.html" =>
          {template_map, "templates/post.html", {post, posts(Data)}, #{root => ""}},
      "site/info/{{page.id}}.html" =>
          {template_map, "templates/page.html", {page, plist:value(pages, Data)}},
      "site/atom.xml" => {template, "templates/atom.xml"},
      "site/assets/*.css" => {files, "assets/*.css"},
      "site/data.json" => {template, "templates/data.json"}
     }.

posts(Data) -> plist:value(posts, Data).
