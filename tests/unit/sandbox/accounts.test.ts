import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Accounts } from "@cloister/sandbox/testing";

describe("access keys of the sandbox", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-keys-"));
  after(() => fs.rmSync(dir, { recursive: true }));
  const file = path.join(dir, "keys.json");
  const session = { accessKeyId: "ASIA1", sessionToken: "secret-token" };
  const principal = { account: "111122223333", arn: "arn", userId: "id", expires: 10 };
  const open = () => new Accounts(file, ["111122223333"]);

  before(() => open().add(session, principal));

  it("belong to a principal until they expire, also after a restart", () => {
    assert.equal(open().authenticate(session, 9)?.arn, "arn");
    assert.equal(open().authenticate(session, 10), undefined);
  });

  it("need their session token", () => {
    assert.equal(open().authenticate({ accessKeyId: "ASIA1" }, 0), undefined);
    assert.equal(open().authenticate({ accessKeyId: "ASIA1", sessionToken: "other" }, 0), undefined);
  });

  it("are stored without their session token", () => assert.doesNotMatch(fs.readFileSync(file, "utf8"), /secret-token/));

  it("have no names of JavaScript's own members", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      assert.equal(open().principal(name, 0), undefined);
      assert.equal(open().authenticate({ accessKeyId: name, sessionToken: "secret-token" }, 0), undefined);
    }
  });
});
