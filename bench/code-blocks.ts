// Code blocks in nine languages, all different and always the same: what posts of a technical blog hold. Used by corpus.ts, highlight.ts and tests.

/** A block of about 17 lines, and the language of its fence. */
export interface GeneratedBlock {
  readonly info: string
  readonly code: string
}

/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number

/** A small generator of numbers with a seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const words = 'account batch cache client config cursor digest entry event fetch filter handle index item job key label limit list loader message node offset order page parser path query queue range reader record request result retry route schema score sender session shard slot source state store stream table target task ticket timeout token total tree user value view window worker writer'.split(' ')

interface Names {
  /** A word. */
  a: string
  b: string
  c: string
  /** A capitalised name. */
  T: string
  U: string
  /** A number. */
  n: number
  m: number
  /** A few words of prose. */
  say: string
}

function drawNames(random: Random): Names {
  const word = (): string => words[random(words.length)]!
  const capital = (): string => word().replace(/^./, (c) => c.toUpperCase()) + word().replace(/^./, (c) => c.toUpperCase())
  return { a: word() + random(100), b: word(), c: word() + word(), T: capital(), U: capital(), n: random(5000), m: 1 + random(60), say: `${word()} ${word()} of the ${word()}` }
}

type Part = (names: Names) => string

const parts: Readonly<Record<string, readonly Part[]>> = {
  ts: [
    ({ T, a, b }) => `export interface ${T} {\n  readonly ${a}: string\n  ${b}?: number | undefined\n}`,
    ({ c, T, U, a, b }) => `export async function ${c}<K extends keyof ${T}>(input: ${T}, key: K): Promise<${U}[]> {\n  const ${a} = await load(input[key], { retries: 3 })\n  return ${a}.filter((${b}) => ${b} !== null) as ${U}[]\n}`,
    ({ a, b, n, say }) => `// ${say}\nconst ${a} = new Map<string, number>([['${b}', ${n}]])\nfor (const [key, value] of ${a}) console.log(\`\${key}: \${value.toFixed(2)}\`)`,
    ({ T, U, a, n }) => `class ${T} extends ${U} implements Iterable<number> {\n  #${a} = ${n}\n  override get size(): number {\n    return this.#${a} ?? 0\n  }\n}`,
    ({ a, b, c, n }) => `type ${c}Kind = 'left' | 'right' | { kind: '${b}'; at: number }\nif (${a} > ${n} && typeof ${b} === 'string') throw new TypeError(\`bad \${${b}}\`)`,
    ({ a, say, n }) => `/**\n * ${say}.\n * @param ${a} up to ${n}\n */\nexport const ${a}Pattern = /^(?<year>\\d{4})-[\\w.]+$/u`,
  ],
  js: [
    ({ a, b, c, n }) => `import { ${a}, ${b} as ${c} } from './${b}.js'\n\nlet ${a}Count = ${n}`,
    ({ c, a, b, say }) => `// ${say}\nfunction ${c}(${a}, { ${b} = true, ...rest } = {}) {\n  if (!${a}) return null\n  return [...${a}].map((x, i) => ({ x, i, ...rest }))\n}`,
    ({ a, b, n }) => `document.querySelector('#${a}').addEventListener('click', async (event) => {\n  const response = await fetch(\`/api/${b}?page=\${${n}}\`)\n  console.log(await response.json())\n})`,
    ({ a, n, m }) => `const ${a} = [${n}, ${m}, 0x${n.toString(16)}].reduce((sum, x) => sum + x ** 2, 0)\nwhile (${a}.length > ${m}) ${a}.pop()`,
    ({ T, U, a, b }) => `class ${T} extends ${U} {\n  static ${a} = new WeakMap()\n  constructor(${b}) {\n    super()\n    this.${b} = ${b} ?? undefined\n  }\n}`,
    ({ a, b, say }) => `switch (${a}) {\n  case '${b}':\n    module.exports.${b} = /[a-z]+\\/(\\d+)/gi\n    break\n  default:\n    throw new Error('${say}')\n}`,
  ],
  python: [
    ({ a, b, c }) => `from __future__ import annotations\nimport ${b}, json\nfrom ${a} import ${c} as alias`,
    ({ T, U, a, b, n }) => `@dataclass(frozen=True)\nclass ${T}(${U}):\n    ${a}: int = ${n}\n    ${b}: list[str] | None = None`,
    ({ c, a, b, say }) => `def ${c}(self, ${a}: str, *args, ${b}=None, **kwargs) -> dict[str, int]:\n    """${say}."""\n    return {k: len(v) for k, v in kwargs.items() if v is not ${b}}`,
    ({ a, b, n }) => `with open("${a}.txt", encoding="utf-8") as handle:\n    for line in handle:\n        print(f"{line.strip()!r:>${n % 40}} {${b}:.2f}")`,
    ({ a, c, m, say }) => `try:\n    ${a} = await ${c}(${m}, flag=True)\nexcept (KeyError, ValueError) as error:\n    raise RuntimeError('${say}') from error  # ${a}`,
    ({ a, b, n, m }) => `${a} = [x ** 2 for x in range(${n}, ${n + m}, 2) if x % ${m} == 0]\nassert ${a} and not ${b}, "empty"\nlambda x: x @ ${b}`,
  ],
  rust: [
    ({ a, b, T }) => `use std::collections::HashMap;\nuse crate::${a}::{self, ${T}, ${b}};`,
    ({ T, a, b }) => `#[derive(Debug, Clone, PartialEq)]\npub struct ${T}<'a> {\n    pub ${a}: &'a str,\n    ${b}: Option<Vec<u8>>,\n}`,
    ({ T, c, a, n }) => `impl<'a> ${T}<'a> {\n    /// Returns ${a}.\n    pub fn ${c}(&mut self, ${a}: usize) -> Result<(), Box<dyn Error>> {\n        self.items.insert(${a}, ${n}_u64);\n        Ok(())\n    }\n}`,
    ({ a, b, n, say }) => `match ${a} {\n    Some(${b}) if ${b} > ${n} => println!("${say}: {:?}", ${b}),\n    None | Some(0..=9) => return Err("none".into()),\n    _ => unreachable!(),\n}`,
    ({ a, b, m }) => `let ${a}: Vec<_> = ${b}.iter().filter(|x| x.len() > ${m}).map(|x| x.to_owned()).collect();`,
    ({ c, T, a }) => `async fn ${c}<T: Into<${T}> + Send>(${a}: T) -> impl Future<Output = ()> where T: 'static {\n    let value = ${a}.into();\n    tokio::spawn(async move { drop(value) }).await?;\n}`,
  ],
  go: [
    ({ a, b }) => `package ${b}\n\nimport (\n\t"context"\n\t"fmt"\n\t${a} "net/http"\n)`,
    ({ T, a, b }) => `type ${T} struct {\n\t${a} map[string][]int \`json:"${b},omitempty"\`\n\t${b} chan<- error\n}`,
    ({ T, c, a, n }) => `func (s *${T}) ${c}(ctx context.Context, ${a} ...string) (int, error) {\n\tif len(${a}) > ${n} {\n\t\treturn 0, fmt.Errorf("too many: %d", len(${a}))\n\t}\n\treturn ${n}, nil\n}`,
    ({ a, b, say }) => `// ${say}\nfor i, ${b} := range ${a} {\n\tgo func() { defer wg.Done(); out <- ${b} }()\n\tlog.Printf("%d %s\\n", i, ${b})\n}`,
    ({ a, b, n, m }) => `switch ${a} := value.(type) {\ncase int, int64:\n\t${b} += ${n} << ${m % 8}\ndefault:\n\tpanic('x')\n}`,
    ({ a, T, n }) => `const ${a} = iota + ${n}\nvar _ ${T} = (*${T}Impl)(nil)`,
  ],
  bash: [
    ({ a, n }) => `#!/usr/bin/env bash\nset -euo pipefail\n${a}="\${1:-${n}}"`,
    ({ c, a, say }) => `${c}() {\n  local ${a}="$1"\n  echo "${say}: \${${a}##*/}" >&2\n  return 1\n}`,
    ({ a, b, m }) => `for ${a} in $(ls *.${b} | sort -n | head -${m}); do\n  mv -- "$${a}" "\${${a}%.${b}}.bak" || exit 1\ndone`,
    ({ a, b, n }) => `if [[ -n "$${a}" && ! -d ./${b} ]]; then\n  curl -fsSL "https://example.org/${b}?n=${n}" | tar xz -C /tmp\nfi`,
    ({ a, b, say }) => `cat <<EOF > ${b}.conf\n${say} = $${a}\nEOF`,
    ({ a, b, n }) => `while read -r ${a}; do # ${b}\n  (( total += ${n} ))\n  printf '%s\\n' "$${a}" | awk '{ print $1 }'\ndone < <(git log --oneline)`,
  ],
  yaml: [
    ({ a, b, n }) => `${a}:\n  ${b}: ${n}\n  enabled: true`,
    ({ a, b, c, say }) => `# ${say}\n- name: ${say}\n  uses: actions/${a}@v4\n  with: { ${b}: "${c}", depth: 0 }`,
    ({ a, say, c }) => `${a}: &${c}\n  run: |\n    npm ci\n    npm run ${c}\n  description: >-\n    ${say}`,
    ({ a, b, n, m }) => `${a}: [${n}, ${m}.5, null, ~, 'it''s']\n"${b}": *default\n<<: *${a}`,
    ({ a, b }) => `on:\n  push:\n    branches: [main, "${a}/**"]\n  schedule:\n    - cron: '0 4 * * 1' # ${b}`,
  ],
  json: [
    ({ a, b, n }) => `{\n  "${a}": ${n},\n  "${b}": [true, false, null]\n}`,
    ({ a, b, c, n, m, say }) => `{\n  "${a}": { "${b}": "${say}", "path": "C:\\\\${c}\\u00e9" },\n  "${c}": [${n}, -${m}.25, 1e${m}],\n  "nested": { "deep": { "${b}": {} } },\n  "last": ""\n}`,
  ],
  html: [
    ({ a, say }) => `<!doctype html>\n<html lang="en">\n<head><title>${say}</title><meta charset="utf-8"></head>\n<body class="${a}">`,
    ({ a, b, say }) => `<!-- ${say} -->\n<section id="${a}" data-${b}='x &amp; y'>\n  <a href="/${b}/?q=1&amp;r=2" hidden>${say}</a>\n</section>`,
    ({ a, n, m }) => `<style>\n  .${a} > li:nth-child(2n + 1)::before { color: #${(n + 4096).toString(16)}; margin: ${m}px auto; }\n  @media (min-width: ${n}px) { .${a} { display: grid } }\n</style>`,
    ({ a, b, n }) => `<script type="module">\n  const ${a} = document.getElementById('${b}')\n  ${a}?.append(${n}, \`<b>\${${b}}</b>\`)\n</script>`,
    ({ a, b, m }) => `<ul class="${a}">\n  <li><input type="text" name="${b}" maxlength=${m} required></li>\n  <li><img src="${b}.png" alt=""></li>\n</ul>`,
  ],
}

/** The languages of the blocks, in the order in which they come. */
export const blockLanguages = Object.keys(parts)

/** `count` blocks, the languages in turn. */
export function generateBlocks(count: number, seed = 1): GeneratedBlock[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => generateBlock(blockLanguages[index % blockLanguages.length]!, random))
}

/** One block of at least `lines` lines in a language of `blockLanguages`. */
export function generateBlock(info: string, random: Random, lines = 17): GeneratedBlock {
  const choice = parts[info]!
  let code = ''
  while (code.split('\n').length <= lines) code += `${choice[random(choice.length)]!(drawNames(random))}\n`
  return { info, code }
}
