# -*- coding: utf-8 -*-
import time

BLOG_AUTHOR = "Nil Writer"  # (translatable)
BLOG_TITLE = {"en": "Spoken " 'and written', "de": "Gesagt"}
SITE_URL = "https://spoken.example/"
BLOG_EMAIL = "nil@spoken.example"
BLOG_DESCRIPTION = """What was said,
and what was written."""
DEFAULT_LANG = "en"
TRANSLATIONS = {DEFAULT_LANG: "", "de": "./de"}
NAVIGATION_LINKS = {
    DEFAULT_LANG: (
        ("/archive.html", "Archive"),
        ("/categories/index.html", "Tags"),
        (( ("/a/", "A"), ), "More"),
    ),
}
POSTS = (
    ("posts/*.md", "posts", "post.tmpl"),
    ("posts/*.rst", "posts", "post.tmpl"),
)
PAGES = (("pages/*.md", "", "page.tmpl"),)
TIMEZONE = "Europe/Vienna"
PRETTY_URLS = False
INDEX_DISPLAY_POST_COUNT = 3
GENERATE_ATOM = True
FEED_TEASERS = False
REDIRECTIONS = [("older/first.html", "/posts/first.html"), ("x.html", "https://elsewhere.example/")]
COMMENT_SYSTEM = "disqus"
DEPLOY_COMMANDS = {'default': ["rsync -a output/ host:"]}
CONTENT_FOOTER = 'Contents &copy; {date}'.format(date=time.gmtime().tm_year)
