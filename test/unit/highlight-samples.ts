// Code in many languages, a little of each, for tests of the highlighter. It need not run; it should visit many rules of the grammars.

export const samples: Readonly<Record<string, string>> = {
  typescript: `import type { A, B as C } from './a.ts'
@decorate({ a: 1 })
export abstract class Foo<T extends keyof A = never> extends Bar implements C<T> {
  static readonly #x: Map<string, number[]> = new Map([['a', [0x1f, 1e3, 1_000n]]])
  constructor(private a?: string, ...rest: unknown[]) { super(); this.#y ??= a! }
  get size(): number { return this.list.length >>> 2 }
  async *walk(this: Foo<T>): AsyncGenerator<number, void> { yield* await other() }
}
type Keys<T> = { [K in keyof T]-?: T[K] extends (...args: infer P) => infer R ? [P, R] : never }
declare module 'x' { export = y }
enum Color { Red = 1 << 0, Green = 'g' }
const f = <T,>(x: T): x is NonNullable<T> => x != null && /a(?<n>b)[^/\\]]+/giu.test(\`t \${x as any} \\n\`)
label: for (const { a, b: [c] } of list satisfies Iterable<any>) if (!a) continue label; else break
let v = a ? b : c ?? d?.[e]?.(f) // comment
/** @param {string} a - text {@link B} */ function over(a: string): asserts a is 'x'`,
  javascript: `'use strict'
import def, * as ns from "mod" with { type: 'json' }
export default async function* gen({ a = 1, ...b }, [c, , d] = []) { try { await a } catch { } finally { debugger } }
const re = /[/\\]\\/]+(?=x)/gimsuy.exec(s), n = 0b1010 + 0o17 + .5e-10, t = tag\`a\${b + \`c\${d}\`}e\`
class A { static { this.#p = new.target } #p; static async *[Symbol.iterator]() {} get x() { return super.x } }
if (a == b || c !== d && !e) { delete a.b, void 0, typeof c, a instanceof B } else do { x **= 2 } while (y--)
switch (k) { case 'a': case 1: return; default: throw new Error(\`\${e?.message}\`) }
x = a ? function () {} : (b, c) => ({ [d]: e, 'f': g, h })  /* multi
line */ var $ = _ => _ / 2 / 3; <!-- html comment`,
  tsx: `import React, { useState } from 'react'
export const App: React.FC<{ a?: string }> = ({ a = 'x', ...rest }) => {
  const [n, setN] = useState<number>(0)
  return <><Foo.Bar a="1" b={n + 1} {...rest} onClick={() => setN((n) => n + 1)} disabled>
    {/* note */ list.map((x) => <li key={x.id}>{x.name} &amp; text</li>)}
    {a && <b className={\`c \${n}\`}>it's</b>}
  </Foo.Bar></>
}`,
  jsx: `const A = <T a='x' b={<C />}>{cond ? <D>text</D> : null} plain {'str'}</T>
function B() { return (<div {...p}>
  <style jsx>{\`p { color: red }\`}</style>
</div>) }`,
  python: `#!/usr/bin/env python3
"""Docstring with >>> prompt
>>> print(1)
"""
from __future__ import annotations
import os.path as p, sys
@decorator(a=1)
class Foo(Base, metaclass=Meta):
    x: dict[str, list[int]] = {'a': [0x1F, 1_000, 1e-3j]}
    def method(self, a, /, b=None, *args, c: int = 3, **kw) -> Optional[str]:
        r'''raw \\d+ '''
        global y; nonlocal z
        return f"{self.x!r:>{width}} {a + 1:.2f} {{}} {b['k']}" if a is not None else b"\\x00" rb'\\n' u'x'
async def main():
    async with a as b, c: await d
    try: [i ** 2 for i in range(10) if i % 2 and not i in (1, 2)]
    except* (A, B) as e: raise X from e
    finally: lambda *a, k=1: (yield)
match cmd.split():
    case [x, *rest] if x: pass
    case {"a": 1, **r} | Point(x=0): ...
print("%s %(name)d {0:>10}" % a, end='') # TODO: x
x = a @ b // c << 2 if not d else ~e; del x; assert x, 'm'`,
  go: `// Package main does.
package main
import (
	"fmt"
	m "math/big"
	_ "embed"
)
const ( A = iota + 1_000_000; B float64 = 0x1p-2; C = 'x'; D = \`raw
string\` )
type List[T any, K comparable] struct { head *node[T]; m map[string][]chan<- int \`json:"m,omitempty"\` }
type Num interface { ~int | ~float64; Method(a, b int, rest ...string) (n int, err error) }
func (l *List[T, K]) Push(v T, f func(int) bool) (ok bool, err error) {
	defer func() { if r := recover(); r != nil { err = fmt.Errorf("x: %w %5.2f %v\\n", r) } }()
	for i, v := range l.items { switch t := v.(type) { case int, *T: fallthrough; default: go f(i) } }
	select { case x, ok := <-ch: goto end; case out <- 1: }
	var a [3]int = [...]int{1, 2: 3}; a[1:2:3], b := x &^ y, &T{Name: "n"}
end:
	return len(a) > 0 && !ok, nil
}`,
  rust: `#![allow(dead_code)]
//! Crate doc
use std::{collections::HashMap, io::{self, Read as R}};
#[derive(Debug, Clone)]
pub(crate) struct Foo<'a, T: 'a + ?Sized, const N: usize> where T: Fn(u8) -> bool { a: &'a mut T, b: [u8; N] }
impl<'a, T> Trait for Foo<'a, T, 3> { type Item = u32; const X: f64 = 1_000.5e-3f64;
    fn next(&mut self) -> Option<Self::Item> { let x = if let Some(ref y) = self.a { *y } else { return None }; x.map(|z| z as u8 ^ 0xFFu8)? } }
macro_rules! m { ($($x:expr),* $(,)?) => { $( println!("{} {:?} {0:>1$}", $x, \\"a"); )* }; }
async unsafe extern "C" fn f<'b>(s: &'b str) -> Result<(), Box<dyn Error + Send>> { 'outer: loop { break 'outer } }
/* nested /* block */ comment */
fn main() { let c = 'x'; let b = b'\\n'; let r = r#"raw "s" "#; match n { 1..=5 | 7 if n > 2 => {} _ => unreachable!() } }
/// doc \`code\`
pub enum E { A(i32), B { x: u8 } = 2 }`,
  shellscript: `#!/bin/bash
set -euo pipefail; export PATH="$HOME/bin:\${PATH:-/usr/bin}" # comment
f() { local a=$1 b=\${2:-x} c=("\${arr[@]}" 'q'); return $((a + 16#ff << 2)); }
if [[ $a =~ ^[a-z]+$ && -f "$b" || ! -z \${c//x/y} ]]; then echo "a \`cmd\` $(date +%s) \\$x" >&2; elif (( i++ < 3 )); then :; else exit 1; fi
for i in {1..10} *.txt; do [ "$i" -eq 1 ] && continue; done
while read -r line; do case "$line" in a|b*) echo $'x\\n' ;; *) ;; esac; done < <(ls | grep -v 'x' | awk '{ print $1 }') 2>/dev/null
cat <<-'EOF' > file
	raw $x
EOF
cat << END | sed -e 's/a/b/g'
text $x \${y} $(z)
END
trap 'rm -f "$tmp"' EXIT INT; select x in a b; do break; done; ! true & wait $!; source ./x.sh; alias ll='ls -l'; x+=1; declare -A m=([k]=v)`,
  shellsession: `$ npm ci --silent
added 12 packages
# apt-get install x
user@host:~/dir$ echo "$HOME" | wc -l
1`,
  yaml: `%YAML 1.2
---
# comment
key: value
"quoted key": 'it''s' # c
list: [a, 1, 2.5, true, ~, {x: y, "z": !!int 3}]
anchor: &a
  <<: *b
  date: 2024-05-06T10:00:00Z
  multi: |-
    literal
      text: not a key
  folded: >+2
      text
? complex
: - nested
  - - deep: !tag value
on: { push: { branches: [main] } }
hex: 0xFF
...`,
  json: `{ "a": [1, -2.5e+10, true, false, null], "b\\u00e9\\n": { "c": "", "d": {} }, bad, 'x' }`,
  jsonc: `// comment
{ "a": 1, /* b */ "c": [ , ], }`,
  json5: `{ a: 'x', "b": +.5, c: [Infinity, 0xF,], /* c */ }`,
  html: `<!DOCTYPE html>
<html lang="en" class=a data-x='y'>
<head><meta charset="utf-8"><title>T &amp; &#x41;</title>
<style>body > p:not(.a)::before { color: #fff; margin: 0 auto !important } @media print { a { b: url(x.png) } }</style>
<script>const a = "</b>" + \`\${1}\`; if (a < b) /* c */ x()</script>
<script type="application/ld+json">{ "a": 1 }</script>
</head><body onclick="f(this)" style="color: red"><!-- comment -- > -->
<input disabled value="x"><br/><svg viewBox="0 0 1 1"><path d="M0 0"/></svg><custom-el a></custom-el></p>
</body></html>`,
  css: `@charset "utf-8";
@import url("a.css") screen and (min-width: 100px);
:root { --a: 1px; --b: calc(var(--a, 2em) * -1.5) }
a:hover > .b ~ #c + d[e^="f" i]::after, *|* { color: rgb(0 0 0 / 50%); content: "\\201C" attr(x); transition: all .3s cubic-bezier(.1, .7, 1, .1) }
@media (prefers-color-scheme: dark) and (400px <= width <= 700px) { .x { background: #12345678 url(data:image/png;base64,x) !important } }
@keyframes k { from { top: 0 } 50.5% { top: 1vh } to { top: 100% } }
@supports (display: grid) and (not (a: b)) { .y { grid-template: "a b" 1fr / auto; &:is(.z) { x: y } } } /* c */
@font-face { font-family: X; src: local(Y) }`,
  scss: `@use "sass:math" as m;
$a: 10px !default; // c
@mixin b($x, $y: 2) { &:hover { width: math.div($x, 2) + $y; @content } }
.c { @include b(1px) { color: darken(#fff, 10%) } @extend %d; #{$e}-f: g; @if $a == 1 { h: i } @else if not $j { k: l } @each $m, $n in (o: p) { .#{$m} { q: $n } } }
@function r($s...) { @return map-get($t, 'u') }`,
  less: `@a: 10px; @import (reference) "b";
.c(@d; @e: 2) when (iscolor(@d)) { color: fade(@d, 50%); .f; &:extend(.g all); @{h}-i: ~"j" }
.k { .c(#fff); width: (@a + 5) * 2; @media (min-width: 1px) { l: m } // n
}`,
  markdown: `---
title: x
---
# Heading *em* \`code\` #
Text **bold _both_** ~~del~~ [link](http://a.b "t") ![img][ref] <http://x.y> &amp; \\* <b>html</b>

- [ ] item
  1. nested
> quote
> > more

| a | b |
|---|:-:|
| 1 | 2 |

    indented

[ref]: http://x "t"
Setext
======
Hard break\\
***
\`\`\`
plain
\`\`\`
term[^1]`,
  c: `#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b)) /* c */ \\
  + 1
#if defined(X) && !Y
typedef struct node { unsigned long long n : 3; char *s[10]; struct node *next; } node_t;
#endif
static inline const int f(register int a, void (*cb)(int, ...)) { return sizeof(int) + 0x1FuLL - 'c' + L"w\\n%5.2f"[0]; }
int main(int argc, char **argv) { for (int i = 0; i < argc; ++i) { if (!argv[i]) goto end; else continue; } do { x->y.z |= ~1u; } while (0); switch (x) { case A: break; default: ; }
end: printf("%s\\t%d\\n", argv[0], 1'000); return 0; } // c`,
  cpp: `#pragma once
template <typename T, class... Args> requires std::integral<T>
class Foo final : public virtual Bar<T>, private ns::Baz { public: explicit Foo(Args&&... a) noexcept : x_{std::forward<Args>(a)...} {} virtual ~Foo() = default; operator bool() const override { return !x_; } auto operator<=>(const Foo&) const = default; private: std::vector<int> x_; };
namespace a::b { constexpr auto l = [&, x = 1](auto y) mutable -> decltype(y) { return static_cast<int>(y) + x; }; }
int main() { using namespace std; auto [p, q] = f(); try { throw runtime_error(R"(raw "s")"); } catch (const exception& e) { cout << e.what() << 1.5f << 0b1010 << endl; } if constexpr (true) delete[] p; co_await g(); for (auto& v : m) ++v; }`,
  csharp: `using System; using static A.B; namespace N;
[Attr(X = 1)] public sealed partial record class P<T>(int A, string? B = null) : Base, I where T : class, new() {
  private readonly Dictionary<string, int> _d = new() { ["a"] = 1_000 }; public int X { get; init; } = 0xFF; public event Action? E;
  public async Task<int> F(ref int a, params string[] b) { await foreach (var x in y) yield return x; return b switch { [] => 0, { Length: > 3 } l when l.Any() => 1, _ => throw new E($"{a:N2} {{x}} {b?[0] ?? @"v""b"}") }; }
#if DEBUG
  /// <summary>x</summary>
  static void G() => lock (o) { checked { unsafe { int* p = &x; } } }
#endif
} // c`,
  java: `package a.b;
import static java.util.Map.*;
/** Doc {@link X} @param a b */
@SuppressWarnings({"a", "b"}) public abstract class Foo<T extends Bar & Baz> extends Q implements R<? super T> {
  private static final long X = 0xFFL + 1_000 + 1.5e3f; char c = '\\u0041'; String t = """
    text "x"
    """;
  @Override protected synchronized <U> List<U> f(final int... a) throws E { for (var x : a) if (x instanceof Integer i && i > 0) continue; return switch (a) { case 1, 2 -> List.of(); default -> { yield null; } }; }
  record P(int x) {} enum C { A(1) { }, B; } interface I { default void g() { Runnable r = this::g; new Thread(() -> { }).start(); } }
}`,
  kotlin: `package a.b
import x.y.* as z
@file:JvmName("A")
data class P<out T : Any>(val a: Int = 1, var b: String?) : Q(), R by s { companion object { const val X = 0xFFL } init { require(a > 0) { "x \${a + 1} $b" } } }
suspend inline fun <reified T> List<T>.f(crossinline g: (T) -> Unit): T? where T : C = when (val x = first()) { is String, !in 1..10 -> null; else -> x?.let { it as? T } ?: throw E("""raw $x""") }
fun main() { for ((i, v) in m.withIndex()) label@ while (true) break@label; val l = { a: Int, _ -> a shl 2 }; if (a === b) return else TODO() } // c`,
  swift: `import Foundation
@available(iOS 13, *) public final class Foo<T: P & Q>: Bar where T.X == Int { private(set) lazy var a: [String: Int]? = ["k": 0xFF_FF]; weak var d: D?
  init?(_ a: Int = 1, b c: inout String...) throws { guard let x = y as? Z, x > 0 else { return nil }; defer { f() }; super.init() }
  func g<U>(_ h: @escaping (U) async throws -> Void) rethrows -> some View { switch e { case .a(let x) where x ~= 1..<5: fallthrough; default: break } }
  subscript(i: Int) -> T { get { self[i] } set { newValue } } }
let s = "a \\(b + "c") \\n" + #"raw \\#(x)"# + """
  multi
  """ // c
#if DEBUG
enum E: String, CaseIterable { case a = "x", b; indirect case c(E) }
#endif
for i in stride(from: 0, to: 1, by: 2) where i != 0 { try! await z?.map { $0 * 2 } ?? [] }`,
  ruby: `# frozen_string_literal: true
require 'x'
module A; class B < C::D
  attr_accessor :a, :b
  X = %w[a b].freeze; Y = { a: 1, 'b' => :c, "d": /re#{1}x/i }
  def f(a, b = 1, *c, d:, e: 2, **g, &h) = a&.b? || c.map(&:to_s).each_with_index do |x, i| puts "#{x} #{@i + $g} #{@@k}\\n" unless x.nil? end
  def self.method_missing(n) ; super ; rescue E => e then retry ; ensure yield ; end
  s = <<~EOS
    text #{1 + 2}
  EOS
  case x when 1..5, Integer then :a else %q(b) end; while true do break if x =~ /a/ end; -> (x) { x ** 2 }; alias g f; p __FILE__, ?a, 1_000, 0xff, 'it''s'
end end
=begin
comment
=end
__END__
data`,
  php: `<p><?= $x ?? 'a' ?></p>
<?php declare(strict_types=1);
namespace A\\B; use C\\{D, E as F};
#[Attr(1)] abstract class G extends H implements I { use T; public const X = 1; private ?int $a = null; public function __construct(protected readonly string|int $b = "c $x {$y['z']} \${w}", ...$r) { parent::__construct(); } 
  static fn f(array &$a): ?self { foreach ($a as $k => [$v]) { if ($v instanceof E && !isset($k)) continue; } return match(true) { default => new static, }; } }
/** @var int $x */ $s = <<<EOT
text $a[0] {$b->c}
EOT; echo 'it\\'s' . "\\n", PHP_EOL; $f = fn($x) => $x ** 2 <=> 0x1F; try { throw new E; } catch (A|B $e) {} // c
?>`,
  sql: `-- comment
CREATE TABLE IF NOT EXISTS a.b (id SERIAL PRIMARY KEY, n VARCHAR(20) NOT NULL DEFAULT 'x''y', t TIMESTAMP);
WITH c AS (SELECT DISTINCT a.*, COUNT(*) AS n, "q" FROM t1 a LEFT JOIN t2 b ON a.id = b.id WHERE a.x LIKE '%y%' AND b.z IN (1, 2.5) OR c IS NULL GROUP BY 1 HAVING SUM(d) >= 10 ORDER BY e DESC LIMIT 5) SELECT CASE WHEN x THEN 1 ELSE 0 END FROM c; /* m */
INSERT INTO a (b) VALUES (:p, @v, $1); UPDATE a SET b = b + 1; DELETE FROM a; BEGIN; COMMIT; select [x] from \`y\``,
  powershell: `#requires -Version 5
param([Parameter(Mandatory)][string]$Name = "a $($b.C) \`n", [int[]]$X)
function Get-Foo { [CmdletBinding()] param() begin { } process { Get-ChildItem -Path C:\\x | Where-Object { $_.Length -gt 1KB -and $_.Name -notmatch '^a' } | % { $_.FullName } } }
if (-not $env:PATH) { throw "x" } elseif ($a -eq $null) { return @{ a = 1; 'b' = @(1, 2) } } else { try { [Math]::Max(1, 0xFF) } catch [E] { Write-Host "$_" } finally { } }
$s = @"
here $x
"@ <# block #> ; foreach ($i in 1..10) { switch -Regex ($i) { '1' { break } default { continue } } }`,
  perl: `#!/usr/bin/perl -w
use strict; package A::B;
my ($a, @b, %c) = (1, qw(x y), (k => 'v')); our $d = \\@b; local $_ = "x $a $b[0] $c{k} @{[1]} \\n";
sub f { my $self = shift; return unless defined $_[0]; print STDERR "x" if $a =~ m{^\\s*(\\w+)}gx && $b !~ /a/i; s/(a)/\\U$1/ge; tr/a-z/A-Z/; }
foreach my $x (sort { $a <=> $b } keys %$d) { next if $x eq 'y' or $x lt q{z}; last; } print <<"EOT", <<'E2';
text $a
EOT
raw
E2
=pod
doc
=cut
__END__`,
  lua: `-- c
--[[ multi
]] local a <const>, b = 1, 0xFFp2; local t = { x = 1, ["y"] = 'z', [[long]] ; 3 }
function M.f:g(a, ...) for i = 1, #t, 2 do if not a and b ~= c then goto l elseif a == nil then break end end ::l:: return a .. "\\n" .. t.x[1]("s") // 2 end
repeat local x <close> = function() end until x >= 3; for k, v in pairs(t) do print(k, v) end`,
  r: `# c
f <- function(x, ..., y = TRUE) { if (is.null(x) && y != 1L) return(NA) else for (i in seq_len(10)) x[[i]] <- list(a = 1e-3, "b" = 'c') }
library(dplyr); df %>% filter(a > 1 | b %in% c("x")) |> mutate(z = a^2 %/% 3) -> out; y ~ x + I(x^2); \\(x) x; base::print(\`a b\`$c@d)`,
  toml: `# c
title = "a \\u00e9" # x
[owner.'k.l']
d = 1979-05-27T07:32:00-08:00
n = [1_000, 0xFF, +1.5e3, inf, true, 'lit']
m = """
multi \\
"""
t = { a.b = 1, "c" = [] }
[[arr]]
x = '''raw'''`,
  ini: `; c
[section a]
key = value
# d
other : "x" \\
name=1`,
  docker: `# syntax=docker/dockerfile:1
FROM node:20-alpine AS build
ARG A=1
ENV PATH="$A:\${B}" X=y
RUN apt-get update && \\
    echo "x" | sh -c 'y' # c
COPY --from=build --chown=a:b ["src", "dst"]
CMD ["node", "a.js"]
HEALTHCHECK --interval=5s CMD curl x || exit 1`,
  diff: `diff --git a/x b/x
index 123..456 100644
--- a/x
+++ b/x
@@ -1,3 +1,4 @@ context
 same
-old
+new
\\ No newline at end of file`,
  make: `CC ?= gcc
SRC := $(wildcard *.c) # c
%.o: %.c | dir
	@$(CC) -c $< -o $@ \${FLAGS} && echo "$$x"
.PHONY: all
all: $(SRC:.c=.o) ; -rm x
ifeq ($(A),b)
include x.mk
else
export X = y
endif
define F
$(call G,$(1))
endef`,
  vue: `<script setup lang="ts">
import { ref } from 'vue'
const a = ref<number>(1)
</script>
<template>
  <div v-for="(x, i) in list" :key="x.id" @click.prevent="a++" v-model="b">{{ x.name | f }} <Foo #slot="{ y }" /></div>
</template>
<style scoped>
.a { color: v-bind(c) }
</style>`,
  svelte: `<script lang="ts">
  export let a = 1; $: b = a * 2
</script>
{#if a}<p class:x={b} on:click|once={() => a++} {...c}>{@html d}</p>{:else}{#each l as { x }, i (x)}{x}{/each}{/if}
<style> p { color: red } </style>`,
  astro: `---
import A from './a.astro'
const { x } = Astro.props
---
<A {...x} class:list={['a', { b: x }]}>{x.map((y) => <p>{y}</p>)}</A>
<style define:vars={{ x }}> p { color: var(--x) } </style>`,
  xml: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE a [ <!ENTITY b "c"> ]>
<ns:root xmlns:ns="http://x" a='b'><!-- c --><![CDATA[ <raw> ]]>&amp;&#10;<e/></ns:root>`,
  graphql: `# c
query Q($a: [Int!]! = [1], $b: S) @dir(x: true) { user(id: $a, f: { k: "v", e: ENUM }) { ...F name: alias ... on T { y } } }
fragment F on U { z }
"""doc"""
type A implements B & C @key(fields: "id") { f(a: Int = 1): [String!]! @deprecated } enum E { X Y } input I { a: Float } union V = A | D scalar Date directive @d on FIELD schema { query: Q } extend type A { b: ID }`,
  nix: `{ pkgs ? import <nixpkgs> { }, ... }@args: let x = rec { a = 1; inherit (pkgs) b; "c d" = ./e/f.nix; }; in with x; if a == 1 then ''
  multi \${b} ''\${c}
'' else assert a != null; [ (f: f.g or "h \${toString a}") ] ++ x // { } # c`,
  elixir: `defmodule A.B do
  @moduledoc """
  Doc #{1}
  """
  use GenServer, restart: :temporary
  @spec f(integer(), [atom]) :: {:ok, term} | :error
  def f(%{a: x, "b" => _} = m, [h | t]) when is_integer(x) and x > 0, do: m |> Map.put(:c, ~r/a+/i) |> Enum.map(&(&1 * 2))
  defp g(<<a::8, rest::binary>>), do: case a do 0x1F -> :a; _ -> fn x -> x end end # c
end`,
  haskell: `{-# LANGUAGE GADTs #-}
module A.B (f, T(..)) where
import qualified Data.Map as M hiding (x)
-- | doc
data T a = A { x :: Int } | B !a deriving (Show, Eq)
class C a => D a where { g :: a -> Maybe b; g _ = Nothing }
f :: forall a. (Ord a) => [a] -> IO ()
f (x:xs) | x > 1, Just y <- z = do { let { w = [i | i <- [1..10], odd i] }; putStrLn $ "a\\n" ++ show 'c' }
  where h = \\a b -> if a then b else case c of { 0x1F -> 1.5e3; _ -> a \`div\` b } {- c -}`,
  scala: `package a.b
import x.{y => z, _}
sealed trait A[+T <: B]; case class C(a: Int = 1, b: String*)(implicit d: D) extends E with F { override lazy val x: Map[String, Int] = Map("a" -> 0xFFL); def f[G: H](g: => G): Option[G] = a match { case C(1, _*) if x.isEmpty => Some(g); case s: String => None } }
object O { for { i <- 1 to 10 if i % 2 == 0; j = i } yield s"a $i \${j + 1}" + """raw""" + f"$x%2.2f"; try { throw new E } catch { case _: T => } finally () } // c
given Ord[Int] with { extension (x: Int) def y = x }`,
  dart: `import 'package:a/b.dart' as c show D;
@immutable abstract class A<T extends B> extends C with M implements I { final int? x; const A(this.x, {required String y, int z = 0xFF}) : assert(x != null), super(); factory A.n() => A._(); Future<void> f() async { await for (var e in s) yield* e; final r = "a $x \${y.z!} \\n" r'raw'; switch (x) { case 1: break; default: rethrow; } x ??= y?..z(); } }
typedef F = void Function(int); enum E { a, b } // c`,
  clojure: `(ns a.b (:require [c.d :as e] [f :refer [g]]))
;; c
(defn- ^:private h "doc" [{:keys [a b] :as m} & [x]] (let [y #(+ % %2 1/2 0xFF) z @(atom {:k "v\\n" ::l 'm})] (when-not (nil? x) (-> y (map #{1 2}) #"re\\d" \\a \`(~x ~@y)))))
#_(ignored) (comment nil)`,
  zig: `const std = @import("std");
/// doc
pub fn f(comptime T: type, a: []const u8, b: ?*T) !u32 { var x: [3]i64 = .{ 1, 0xFF, undefined }; defer x.deinit(); errdefer g(); if (b) |v| { return v.* catch |e| switch (e) { error.A => 1, else => unreachable }; } else while (i < 3) : (i += 1) { continue :l; } const s = "a\\n" ++ \\\\multi
; return try h() orelse 'c'; } // c
test "x" { try std.testing.expect(true); }`,
  nginx: `user www; # c
http { upstream a { server 127.0.0.1:80 weight=5; } server { listen 443 ssl http2; server_name ~^(www\\.)?(.+)$ x.y; location ~* \\.(png|jpg)$ { expires 30d; rewrite ^/a/(.*)$ /b/$1 permanent; proxy_set_header Host $host; if ($request_method = POST) { return 405 "x"; } } } }`,
  jinja: `{% extends "base.njk" %}{# c #}
{% block a scoped %}{% for k, v in m.items() if v is defined and not loop.last %}{{ k|upper|default("x") ~ v[0] }}{% else %}{% set y = [1, 'a', true] %}{% endfor %}{%- include 'z' -%}{% endblock %}
<a href="{{ url }}">{{ super() }}</a>{% raw %}{{ x }}{% endraw %}{% macro f(a, b=1) %}{% endmacro %}`,
  latex: `\\documentclass[12pt]{article} % c
\\usepackage{amsmath}
\\begin{document} \\section*{A \\textbf{b}} $x^2 + \\frac{1}{2}$ \\[ \\sum_{i=0}^n \\alpha \\] \\label{l} \\cite[p.~1]{k} \\verb|raw|
\\begin{itemize} \\item a \\end{itemize} \\begin{verbatim} x \\end{verbatim} \\newcommand{\\f}[1]{#1} \\end{document}`,
  proto: `syntax = "proto3"; package a.b; import "x.proto"; // c
message M { reserved 2, 5 to 9; repeated string s = 1 [deprecated = true]; map<string, int32> m = 3; oneof o { N n = 4; } enum E { A = 0; } } service S { rpc F(stream M) returns (R) { option (x.y) = { get: "/v" }; } }`,
  http: `POST /a/b?x=1 HTTP/1.1
Host: example.org
Content-Type: application/json

{ "a": 1 }

HTTP/1.1 200 OK
X: y`,
  viml: `" c
set nocompatible | let g:x = {'a': [1, 0xFF]}
function! s:F(a, ...) abort range
  if a:a =~# '\\v^(\\w+)$' && !exists("*g") | return l:x . "\\<CR>" | elseif 1 | endif
  for i in range(10) | echo printf('%d', i) | endfor
endfunction
autocmd BufRead *.x setlocal ft=y
nnoremap <silent> <leader>a :call <SID>F(1)<CR>`,
  cmake: `cmake_minimum_required(VERSION 3.20) # c
project(A LANGUAGES CXX)
set(X "a \${B} $ENV{C}" CACHE STRING "d") #[[ block ]]
if(NOT DEFINED X AND X STREQUAL "y") add_executable(e main.cpp $<TARGET_OBJECTS:o>) else() message(FATAL_ERROR [=[raw]=]) endif()
function(f a) foreach(i IN LISTS ARGN) endforeach() endfunction()`,
}
