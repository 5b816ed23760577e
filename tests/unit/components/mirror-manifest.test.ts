// Tests the manifest of approved packages. Does not test that the hashes and licences in a manifest are true.
import assert from "node:assert/strict";
import { normalizedName } from "@cloister/components/mirror/index-keys";
import { approvalProblems, type ApprovedPackage, parseManifest } from "@cloister/components/mirror/manifest";
import { problemText } from "@cloister/components/stack/preflight";
import { stringify } from "yaml";
import { assertOneProblem } from "../../helpers/problems";

const hash = (digit: string) => digit.repeat(64);
const wheel = (filename = "six-1.16.0-py2.py3-none-any.whl", sha256 = hash("a")) => ({
  filename,
  size: 11053,
  sha256,
  url: `https://files.example/${filename}`,
});
const six = (changes: object = {}): ApprovedPackage => ({
  name: "six",
  version: "1.16.0",
  licence: "MIT",
  approver: "jane@bank.example",
  expires: "2027-01-31",
  files: [wheel()],
  ...changes,
});
const parsed = (...packages: object[]) => parseManifest("packages.yaml", stringify({ packages }));
const now = new Date("2026-11-27T10:00:00Z");
const approvalsOf = (...packages: ApprovedPackage[]) => approvalProblems("packages.yaml", { packages }, now);

describe("manifest of approved packages", () => {
  it("accepts approved packages, and an empty file", () => {
    assert.deepEqual(parsed(six()), { manifest: { packages: [six()] }, problems: [] });
    assert.deepEqual(approvalsOf(six()), []);
    assert.deepEqual(parseManifest("packages.yaml", ""), { manifest: { packages: [] }, problems: [] });
  });

  const rejected: { it: string; entry: object; setting: string; texts: string[] }[] = [
    {
      it: "an entry without a licence",
      entry: six({ licence: undefined }),
      setting: "licence",
      texts: ["is missing for six==1.16.0", "Fix: npx cloister packages add six==1.16.0 --licence six=<licence>"],
    },
    {
      it: "a file without a hash",
      entry: six({ files: [{ ...wheel(), sha256: undefined }] }),
      setting: "files[0].sha256",
      texts: ["is missing for six==1.16.0. It must be 64 lower-case hexadecimal digits", "npx cloister packages remove six==1.16.0"],
    },
    { it: "an entry without files", entry: six({ files: [] }), setting: "files", texts: ["a list with at least 1 item"] },
    { it: "a version that YAML reads as a number", entry: six({ version: 1.16 }), setting: "version", texts: ["in quotes", "got 1.16"] },
    { it: "a name that is not normalized", entry: six({ name: "Six" }), setting: "name", texts: ["a normalized project name"] },
    { it: "a date that does not exist", entry: six({ expires: "2027-13-31" }), setting: "expires", texts: ["a date such as 2027-01-31"] },
    { it: "an unknown key", entry: six({ license: "MIT" }), setting: "license", texts: ["is not a key of the manifest"] },
    {
      it: "a URL without TLS",
      entry: six({ files: [{ ...wheel(), url: "http://files.example/six.whl" }] }),
      setting: "files[0].url",
      texts: ["https://"],
    },
    {
      it: "a source archive, whose build would run code",
      entry: six({ files: [{ ...wheel(), filename: "six-1.16.0.tar.gz" }] }),
      setting: "files[0].filename",
      texts: ["the file name of a wheel"],
    },
    {
      it: "a file name with a path",
      entry: six({ files: [wheel("../six-1.16.0-py2.py3-none-any.whl")] }),
      setting: "files[0].filename",
      texts: ["the file name of a wheel"],
    },
    {
      it: "a wheel of another project",
      entry: six({ files: [wheel("sixx-1.16.0-py3-none-any.whl")] }),
      setting: "files[0].filename",
      texts: ["must be a wheel of six==1.16.0"],
    },
    {
      it: "a wheel of another version",
      entry: six({ files: [wheel("six-1.17.0-py3-none-any.whl")] }),
      setting: "files[0].filename",
      texts: ["must be a wheel of six==1.16.0"],
    },
  ];
  for (const { it: title, entry, setting, texts } of rejected)
    it(`rejects ${title}`, () => assertOneProblem(parsed(entry).problems, `packages.yaml:packages[0].${setting}`, ...texts));

  it("rejects one version with two hashes, in one entry and in two", () => {
    const second = wheel(undefined, hash("b"));
    assertOneProblem(
      parsed(six({ files: [wheel(), second] })).problems,
      "packages.yaml:packages[0].files[1].sha256",
      "must not be another hash of six-1.16.0-py2.py3-none-any.whl than 'packages[0].files[0]'",
      "compare with the publisher's hash",
    );
    assert.deepEqual(
      parsed(six(), six({ files: [second] })).problems.map(({ setting }) => setting),
      ["packages.yaml:packages[1]", "packages.yaml:packages[1].files[0].sha256"],
    );
  });

  it("accepts several wheels of one version, and versions that differ only in leading zeros", () => {
    const files = [wheel("tz-2023.07.01-cp311-cp311-win_amd64.whl"), wheel("tz-2023.07.01-cp312-cp312-win_amd64.whl", hash("b"))];
    assert.deepEqual(parsed(six({ name: "tz", version: "2023.7.1", files })).problems, []);
  });

  it("rejects packages without approver or expiry date, and expired approvals", () => {
    const pin = "for six==1.16.0";
    const fix = "npx cloister packages approve six==1.16.0 --approver <name> --expires <date>";
    const path = "packages.yaml:packages[0]";
    assertOneProblem(approvalsOf(six({ approver: undefined })), `${path}.approver`, `is missing ${pin}`, fix);
    assertOneProblem(approvalsOf(six({ expires: undefined })), `${path}.expires`, `is missing ${pin}`, fix);
    assertOneProblem(approvalsOf(six({ expires: "2026-11-26" })), `${path}.expires`, "got 2026-11-26", "has expired", fix);
    assert.deepEqual(approvalsOf(six({ expires: "2026-11-27" })), []);
  });

  it("reports all problems at once", () => {
    const { problems } = parsed(six({ licence: undefined }), six({ name: "Other", files: [] }));
    assert.deepEqual(
      problems.map(({ setting }) => setting.replace("packages.yaml:", "")),
      ["packages[0].licence", "packages[1].name", "packages[1].files"],
    );
  });

  it("reports invalid YAML with its line", () => {
    const { problems } = parseManifest("packages.yaml", "packages: [");
    assert.equal(problems.length, 1);
    assert.match(problemText(problems[0]!), /^'packages.yaml' must be YAML: .* at line 1/);
  });

  it("normalizes names as pip does", () =>
    assert.deepEqual(["Scikit_Learn", "zope.interface", "a--b"].map(normalizedName), ["scikit-learn", "zope-interface", "a-b"]));
});
