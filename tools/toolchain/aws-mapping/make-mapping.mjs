// Joins the Terraform schema (pulumi-resource-aws -dump-tf-schema) with the
// shapes of @pulumi/aws (npm-shapes.mjs) into mapping.json. The file contains
// tokens, and only names and shapes that the Pulumi Terraform bridge cannot derive.
//   node make-mapping.mjs tf.json npm.json manual.json mapping.json report.txt
import fs from "node:fs";
const [tfFile, npmFile, manualFile, outFile, reportFile] = process.argv.slice(2);
const read = (f) => JSON.parse(fs.readFileSync(f, "utf8"));
const tf = read(tfFile),
  npm = read(npmFile),
  manual = read(manualFile);

// ---- tokens: the best pair by shared property names, then by similar names
const squash = (s) => s.replace(/[^a-z0-9]/gi, "").toLowerCase();
function features(fields) {
  return new Set(Object.values(fields).map((p) => p.name));
}
function npmFeatures(x) {
  return new Set([...Object.keys(x.in), ...Object.keys(x.out)].filter((n) => !["urn", "get", "id"].includes(n)));
}
function jaccard(a, b) {
  let n = 0;
  for (const x of a) if (b.has(x)) n++;
  return n / (a.size + b.size - n || 1);
}
function names(tfName, token, isFunction) {
  const [, mod, cls] = /^aws:([^/]+)\/[^:]*:(.*)$/.exec(token) || [, "", token];
  const t = squash(tfName.replace(/^aws_/, "")),
    c = squash(isFunction ? cls.replace(/^get/, "") : cls),
    m = squash(mod);
  if (t === m + c) return 3;
  if (t === c) return 2.9;
  if (t.endsWith(c) && c.length > 3) return 1 + c.length / t.length;
  if (c.endsWith(t)) return 1 + t.length / c.length;
  let k = 0;
  while (k < Math.min(t.length, c.length) && t[t.length - 1 - k] === c[c.length - 1 - k]) k++;
  return k / Math.max(t.length, c.length);
}
function match(tfMap, npmMap, fixed, isFunction) {
  const nf = Object.entries(npmMap).map(([tok, x]) => [tok, npmFeatures(x)]);
  const pairs = [];
  for (const [name, d] of Object.entries(tfMap)) {
    if (fixed[name]) continue;
    const f = features(d.fields);
    f.delete("id");
    for (const [tok, g] of nf) {
      const j = jaccard(f, g);
      if (j < 0.3) continue;
      const n = names(name, tok, isFunction);
      if (n > 0.2) pairs.push([j * 2 + n, name, tok, j, n]);
    }
  }
  pairs.sort((a, b) => b[0] - a[0]);
  const out = { ...fixed },
    used = new Set(Object.values(fixed)),
    info = {};
  for (const [, name, tok, j, n] of pairs)
    if (!out[name] && !used.has(tok)) {
      out[name] = tok;
      used.add(tok);
      info[name] = [tok, j.toFixed(2), n.toFixed(2)];
    }
  return { out, used, info };
}

// ---- properties
const report = [];
function align(where, fields, shapes, over, otherShapes, stats) {
  const res = {};
  const taken = new Set(),
    left = [];
  const shapeOf = (n) => shapes[n] || otherShapes?.[n];
  for (const [t, p] of Object.entries(fields)) {
    const o = over?.[t] || {};
    let name = o.name;
    if (!name) {
      if (shapeOf(p.name)) name = p.name;
      else if (p.kind === "l" && p.alt && shapeOf(p.alt)) {
        name = p.alt;
      } else {
        left.push([t, p]);
        continue;
      }
    }
    taken.add(name);
    fit(t, p, name, o);
  }
  function fit(t, p, name, o) {
    const s = shapeOf(name),
      r = {};
    if (!s) {
      report.push(`${where}.${t}: override names ${name}, which npm lacks`);
      return;
    }
    let inner = s;
    if (p.kind === "l") {
      const isArr = s.k === "a";
      if (isArr === p.one) r.one = !isArr; // array in npm although the rule gives one value, or the reverse
      const derived = r.one !== undefined ? p.alt : p.name;
      if (derived !== name) r.name = name;
      inner = isArr ? s.e : s;
    } else {
      if (p.name !== name) r.name = name;
      if (p.kind === "m" && s.k !== "m" && s.k !== "o") report.push(`${where}.${t}: map in Terraform, ${s.k} in npm`);
      if (p.kind === "s" && s.k !== "s") report.push(`${where}.${t}: scalar in Terraform, ${s.k} in npm`);
      if (p.kind === "m" && s.k === "m") inner = s.e;
    }
    if (p.kind === "s" && s.t) {
      const want = {
        TypeString: "string",
        String: "string",
        Bool: "bool",
        Int: "number",
        Float: "number",
        TypeBool: "bool",
        TypeInt: "number",
        TypeFloat: "number",
      }[p.type];
      if (want && want !== s.t) {
        r.type = { bool: "boolean", number: want === "string" ? "number" : "integer", string: "string" }[s.t];
        report.push(`note ${where}.${t}: ${p.type} in Terraform, ${s.t} in npm -> type ${r.type}`);
      }
    }
    if (s.p && p.kind === "s") r.json = true;
    if (p.fields) {
      if (inner.k === "o") {
        if (!inner.cut) {
          const o2 = otherShapes?.[name];
          const io = o2 && (o2.k === "a" ? o2.e : o2);
          const f = align(`${where}.${t}`, p.fields, inner.f, o.fields, io?.k === "o" && io !== inner ? io.f : undefined, stats);
          if (Object.keys(f).length) r.fields = f;
        }
      } else report.push(`${where}.${t}: object in Terraform, ${inner.k} in npm`);
    }
    if (Object.keys(r).length) res[t] = r;
  }
  const missing = Object.keys(shapes).filter((n) => !taken.has(n) && !["id", "urn"].includes(n));
  // If one property is left on each side, with a similar name and the same shape, both are the same property.
  for (const [t, p] of left) {
    const want = p.kind === "l" ? ["a", "o", "s"] : p.kind === "o" ? ["o"] : [p.kind];
    const near = missing.filter(
      (n) =>
        !taken.has(n) &&
        want.includes(shapes[n].k) &&
        (squash(t).startsWith(squash(n)) ||
          squash(n).startsWith(squash(t)) ||
          squash(t).endsWith(squash(n)) ||
          squash(n).endsWith(squash(t)) ||
          squash(n) === squash(t)),
    );
    if (near.length === 1) {
      report.push(`guess ${where}.${t} -> ${near[0]}`);
      taken.add(near[0]);
      fit(t, p, near[0], {});
      if (!res[t]?.name) (res[t] ||= {}).name = near[0];
    } else if (p.input || !over) report.push(`${p.input ? "EXTRA INPUT" : "extra output"} ${where}.${t} (${p.name}): not in npm`);
  }
  for (const n of missing) if (!taken.has(n)) report.push(`MISSING ${where}: npm has ${n}, Terraform here has not`);
  return res;
}
function build(kind, tfMap, npmMap, isFunction) {
  const fixed = Object.fromEntries(
    Object.entries(manual[kind] || {})
      .filter(([, m]) => m.tok)
      .map(([k, m]) => [k, m.tok]),
  );
  const { out, used, info } = match(tfMap, npmMap, fixed, isFunction);
  const res = {};
  for (const name of Object.keys(out).sort()) {
    const d = tfMap[name],
      x = npmMap[out[name]];
    if (!d) {
      report.push(`TOKEN ${name}: not in the linked Terraform provider`);
      continue;
    }
    if (!x) {
      report.push(`TOKEN ${name} -> ${out[name]}: not in npm`);
      continue;
    }
    const fields = { ...d.fields };
    const f = align(
      `${out[name]} ${name}`,
      fields,
      isFunction ? { ...x.out, ...x.in } : { ...x.out, ...x.in },
      manual[kind]?.[name]?.fields,
      x.out,
      {},
    );
    res[name] = { tok: out[name], ...(Object.keys(f).length ? { fields: f } : {}) };
  }
  const free = Object.keys(tfMap).filter((n) => !out[n]),
    unused = Object.keys(npmMap).filter((t) => !used.has(t));
  report.push(
    `SUMMARY ${kind}: ${Object.keys(res).length} mapped; ${free.length} Terraform names without token; ${unused.length} npm tokens without Terraform name`,
  );
  report.push(`UNMAPPED TF ${kind}: ${free.sort().join(" ")}`, `UNMAPPED NPM ${kind}: ${unused.sort().join(" ")}`);
  return { res, info };
}
const cfgShapes = npm.provider || {};
const config = align("provider", tf.config, cfgShapes, manual.config, undefined, {});
const r = build("resources", tf.resources, npm.resources, false),
  d = build("dataSources", tf.dataSources, npm.functions, true);
const lines = (o) =>
  Object.keys(o)
    .sort()
    .map((k) => `  ${JSON.stringify(k)}: ${JSON.stringify(o[k])}`)
    .join(",\n");
fs.writeFileSync(
  outFile,
  `{\n "config": ${JSON.stringify(config)},\n "resources": {\n${lines(r.res)}\n },\n "dataSources": {\n${lines(d.res)}\n }\n}\n`,
);
fs.writeFileSync(reportFile, report.join("\n") + "\n");
fs.writeFileSync(
  reportFile + ".tokens",
  Object.entries(r.info)
    .concat(Object.entries(d.info))
    .map(([k, v]) => k + " " + v.join(" "))
    .join("\n") + "\n",
);
console.log(report.filter((l) => l.startsWith("SUMMARY")).join("\n"));
console.log(
  "lines:",
  report.length,
  "missing:",
  report.filter((l) => l.startsWith("MISSING")).length,
  "extra inputs:",
  report.filter((l) => l.startsWith("EXTRA")).length,
  "guesses:",
  report.filter((l) => l.startsWith("guess")).length,
);
