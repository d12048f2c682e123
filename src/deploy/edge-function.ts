// The function that CloudFront runs for each request: index documents for folders, and real redirects for moved addresses, which
// a bucket behind an origin access control does not give. Makes its text; nobody is asked.

export interface EdgeFunction {
  readonly text: string
  /** Redirects that found no room: readers get their HTML page. */
  readonly leftOut: number
}

/** CloudFront takes no longer function. */
const mostBytes = 10_240

/** `base` is the public path of the site's folder: `/` or `/blog/`. `redirects`: output path -> address. */
export function cloudFrontFunction(base: string, redirects: Readonly<Record<string, string>>): EdgeFunction {
  const rows = Object.entries(redirects).map(([path, address]): [string, string] => [withoutSlash(base + path.replace(/(^|\/)index\.html$/, '$1')), address])
  for (let fits = rows.length; ; fits--) {
    const text = functionText(Object.fromEntries(rows.slice(0, fits)))
    if (fits === 0 || Buffer.byteLength(text) <= mostBytes) return { text, leftOut: rows.length - fits }
  }
}

const withoutSlash = (path: string): string => path.replace(/(.)\/$/, '$1')

function functionText(moved: Readonly<Record<string, string>>): string {
  return `// CloudFront function, runtime cloudfront-js-2.0, event type viewer-request. Made by: ssg deploy --emit-cloudfront-function
var moved = ${JSON.stringify(moved)};

function redirect(address) {
  return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: address }, 'cache-control': { value: 'public, max-age=3600' } } };
}

function query(parts) {
  var pairs = [];
  for (var name in parts) {
    var values = parts[name].multiValue || [parts[name]];
    for (var i = 0; i < values.length; i++) pairs.push(values[i].value === '' ? name : name + '=' + values[i].value);
  }
  return pairs.length === 0 ? '' : '?' + pairs.join('&');
}

function decode(uri) {
  try {
    return decodeURIComponent(uri);
  } catch (error) {
    return uri;
  }
}

function handler(event) {
  var request = event.request;
  var path = decode(request.uri);
  var name = path.replace(/\\/index\\.html$/, '/').replace(/(.)\\/$/, '$1');
  if (Object.prototype.hasOwnProperty.call(moved, name)) return redirect(moved[name]);
  if (request.uri.charAt(request.uri.length - 1) === '/') request.uri += 'index.html';
  else if (path.lastIndexOf('.') < path.lastIndexOf('/')) return redirect(request.uri.replace(/^\\/{2,}/, '/') + '/' + query(request.querystring));
  return request;
}
`
}
