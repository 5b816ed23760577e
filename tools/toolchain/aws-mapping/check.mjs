// Compares the names that the built plugin maps (pulumi-resource-aws -dump-mapped)
// with the input types of @pulumi/aws. The plugin must have every npm input name
// with the same shape, and npm must have every plugin input.
//   node check.mjs mapped.json npm.json needed.json|all
import fs from "node:fs";
const [mf, nf, need] = process.argv.slice(2);
const read = (f) => JSON.parse(fs.readFileSync(f, "utf8"));
const mapped = read(mf),
  npm = read(nf),
  only = need === "all" ? null : read(need);
let wrong = 0,
  newer = 0,
  extra = 0,
  seen = 0,
  props = 0;
const print = (k, s) => console.log(k.padEnd(6), s);
function cmp(where, fields, shapes) {
  const by = {};
  for (const p of Object.values(fields)) {
    if (by[p.name]) {
      wrong++;
      print("TWICE", `${where}.${p.name}`);
    }
    by[p.name] = p;
  }
  for (const [n, s] of Object.entries(shapes)) {
    const p = by[n];
    props++;
    if (!p) {
      if (n !== "id") {
        newer++;
        print("NEWER", `${where}.${n}: input of npm 7.48, not in the linked Terraform provider`);
      }
      continue;
    }
    const k = p.kind === "l" ? (p.one ? (p.fields ? "o" : "s") : "a") : p.kind;
    const empty = s.k === "o" && !Object.keys(s.f).length; // the block has no fields
    if (k !== s.k && !(k === "o" && s.k === "m") && !(k === "s" && empty)) {
      wrong++;
      print("SHAPE", `${where}.${n}: plugin ${k}, npm ${s.k}`);
      continue;
    }
    const inner = s.k === "a" ? s.e : s;
    if (p.fields && inner.k === "o" && !inner.cut) cmp(`${where}.${n}`, p.fields, inner.f);
  }
  for (const [n, p] of Object.entries(by))
    if (p.input && !shapes[n] && n !== "id" && n !== "tagsAll") {
      extra++;
      print("EXTRA", `${where}.${n}: plugin input that npm lacks`);
    }
}
for (const [kind, src, list] of [
  ["resources", npm.resources, only?.resources],
  ["dataSources", npm.functions, only?.functions],
]) {
  const byTok = {};
  for (const d of Object.values(mapped[kind])) if (d.tok) byTok[d.tok] = d;
  for (const tok of list || Object.keys(src)) {
    if (!byTok[tok]) {
      print("ABSENT", tok);
      continue;
    }
    seen++;
    cmp(tok.replace(/^aws:/, "").replace(/\/[^:]*:/, "."), byTok[tok].fields, src[tok].in);
  }
}
cmp("provider", mapped.config, npm.provider);
console.log(`${seen} tokens, ${props} input properties; wrong shape ${wrong}, newer in npm ${newer}, extra in plugin ${extra}`);
process.exitCode = wrong ? 1 : 0;
