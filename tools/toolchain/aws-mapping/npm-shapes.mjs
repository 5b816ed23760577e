// Reads the type declarations in @pulumi/aws. Writes, for each resource token and
// function token, the property names with their shapes.
//   node npm-shapes.mjs <dir with node_modules> <out.json>
// `Shape`: `{k:'s'} scalar | {k:'a',e:Shape} array | {k:'m',e:Shape} map | {k:'o',f:{name:Shape}} object`
// `p:true`: the property also accepts a policy object.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
const [root, out] = process.argv.slice(2);
const req = createRequire(path.join(path.resolve(root), "x.js"));
const ts = req("typescript");
const pkg = path.join(path.resolve(root), "node_modules/@pulumi/aws");
const parse = (f) => ts.createSourceFile(f, fs.readFileSync(f, "utf8"), ts.ScriptTarget.Latest, false);

const nested = { inputs: new Map(), outputs: new Map() };
for (const [space, file] of [
  ["inputs", "types/input.d.ts"],
  ["outputs", "types/output.d.ts"],
]) {
  const sf = parse(path.join(pkg, file));
  const walk = (stmts, prefix) => {
    for (const s of stmts) {
      if (s.kind === ts.SyntaxKind.ModuleDeclaration && s.body) walk(s.body.statements, prefix + s.name.text + ".");
      else if (s.kind === ts.SyntaxKind.InterfaceDeclaration) nested[space].set(prefix + s.name.text, s);
    }
  };
  walk(sf.statements, "");
}
const memo = new Map();
function entity(n) {
  return n.kind === ts.SyntaxKind.QualifiedName ? entity(n.left) + "." + n.right.text : n.text;
}
function members(list, stack) {
  const f = {};
  for (const m of list) {
    if (m.kind !== ts.SyntaxKind.PropertySignature && m.kind !== ts.SyntaxKind.PropertyDeclaration) continue;
    const name = m.name.text;
    if (name === undefined) continue;
    const s = shape(m.type, stack);
    f[name] = s;
    if (!m.questionToken) f[name] = { ...s, r: true };
  }
  return f;
}
function shape(t, stack) {
  const K = ts.SyntaxKind;
  if (!t) return { k: "s" };
  if (t.kind === K.ArrayType) return { k: "a", e: shape(t.elementType, stack) };
  if (t.kind === K.TypeLiteral) {
    const ix = t.members.find((m) => m.kind === K.IndexSignature);
    return ix ? { k: "m", e: shape(ix.type, stack) } : { k: "o", f: members(t.members, stack) };
  }
  if (t.kind === K.ParenthesizedType) return shape(t.type, stack);
  if (t.kind === K.UnionType) {
    const parts = t.types.filter((x) => x.kind !== K.UndefinedKeyword).map((x) => shape(x, stack));
    const pol = parts.some((p) => p.policy || p.p);
    const rest = parts.filter((p) => !p.policy && !p.res);
    const best = rest.find((p) => p.k !== "s") || rest[0] || { k: "s" };
    return pol ? { ...best, p: true } : best;
  }
  if (t.kind === K.TypeReference) {
    const n = entity(t.typeName);
    if (/^pulumi\.(Input|Output)$|^(Promise)$/.test(n)) return shape(t.typeArguments[0], stack);
    const m = /^(inputs|outputs)\.(.+)$/.exec(n);
    if (m) {
      if (/\bPolicyDocument$/.test(m[2]) || /LifecyclePolicyDocument$/.test(m[2])) return { k: "s", policy: true };
      const key = n;
      if (memo.has(key)) return memo.get(key);
      const d = nested[m[1]].get(m[2]);
      if (!d || stack.includes(key) || stack.length > 14) return { k: "o", f: {}, cut: true };
      const s = { k: "o", f: members(d.members, [...stack, key]) };
      memo.set(key, s);
      return s;
    }
    if (/PolicyDocument$/.test(n)) return { k: "s", policy: true };
    if (/^pulumi\.asset\./.test(n)) return { k: "s", asset: n.slice(13) };
    if (/^[A-Z]/.test(n)) return { k: "s", res: true };
    return { k: "s" };
  }
  const b = { [K.StringKeyword]: "string", [K.BooleanKeyword]: "bool", [K.NumberKeyword]: "number" }[t.kind];
  return b ? { k: "s", t: b } : { k: "s" };
}
const res = {},
  fun = {};
function visit(dir) {
  for (const e of fs.readdirSync(dir, { withFileTypes: true })) {
    const p = path.join(dir, e.name);
    if (e.isDirectory()) {
      if (!["node_modules", "types", "bin"].includes(e.name)) visit(p);
      continue;
    }
    if (!e.name.endsWith(".js")) continue;
    const js = fs.readFileSync(p, "utf8");
    const r = /__pulumiType = '([^']+)'/.exec(js),
      i = /runtime\.invoke\("([^"]+)"/.exec(js) || /runtime\.invokeOutput\("([^"]+)"/.exec(js);
    if (!r && !i) continue;
    const sf = parse(p.replace(/\.js$/, ".d.ts"));
    const ifs = {};
    let cls;
    for (const s of sf.statements) {
      if (s.kind === ts.SyntaxKind.InterfaceDeclaration) ifs[s.name.text] = s;
      if (s.kind === ts.SyntaxKind.ClassDeclaration) cls = s;
    }
    if (r && cls) {
      const a = ifs[cls.name.text + "Args"];
      res[r[1]] = { file: path.relative(pkg, p), in: a ? members(a.members, []) : {}, out: members(cls.members, []) };
    } else if (i) {
      const base = i[1].split(":").pop();
      const up = base[0].toUpperCase() + base.slice(1);
      const a = ifs[up + "Args"],
        o = ifs[up + "Result"];
      fun[i[1]] = { file: path.relative(pkg, p), in: a ? members(a.members, []) : {}, out: o ? members(o.members, []) : {} };
    }
  }
}
visit(pkg);
const provider = members(
  parse(path.join(pkg, "provider.d.ts")).statements.find(
    (s) => s.kind === ts.SyntaxKind.InterfaceDeclaration && s.name.text === "ProviderArgs",
  ).members,
  [],
);
fs.writeFileSync(out, JSON.stringify({ provider, resources: res, functions: fun }));
console.log(Object.keys(res).length, "resources", Object.keys(fun).length, "functions", (fs.statSync(out).size / 1e6).toFixed(1), "MB");
