// Tests pure parts of the sandbox: policies, faults, states, the journal file, the environment of a world.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { type Call, cleanEnvironment } from "@cloister/sandbox";
import {
  allows,
  AwsError,
  chance,
  end,
  environmentScript,
  principalExists,
  faultProblems,
  Faults,
  isAlive,
  isRead,
  Journal,
  matchesWildcard,
  Queue,
  readCalls,
  startOf,
  statementsOf,
  StateStore,
  type TrustContext,
  trustsCaller,
  trustsService,
  writeAtomically,
} from "@cloister/sandbox/testing";

const caller = { account: "111122223333", arn: "arn:aws:sts::111122223333:assumed-role/Deployer/session" };
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("sandbox policies", () => {
  const principals: [unknown, boolean][] = [
    ["*", true],
    [{ AWS: "*" }, true],
    [{ AWS: "111122223333" }, true],
    [{ AWS: "arn:aws:iam::111122223333:root" }, true],
    [{ AWS: ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:role/Deployer"] }, true],
    [{ AWS: "arn:aws:iam::111122223333:role/path/Deployer" }, true],
    [{ AWS: caller.arn }, true],
    [{ AWS: "arn:aws:iam::111122223333:role/NotDeployer" }, false],
    [{ AWS: "arn:aws:iam::444455556666:root" }, false],
    [{ Service: "logs.amazonaws.com" }, false],
  ];
  for (const [Principal, named] of principals)
    it(`${named ? "name" : "do not name"} the caller by ${JSON.stringify(Principal)}`, () => {
      const text = policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole", Resource: "*" });
      assert.equal(allows(statementsOf(text)!, caller, "sts:AssumeRole", "x"), named);
      assert.equal(trustsCaller(text, caller), named);
    });

  it("allow the actions and resources that their patterns match, unless the statement denies", () => {
    const statement = { Effect: "Allow", Principal: "*", Action: ["kms:Describe*", "s3:Get?bject"], Resource: "arn:aws:s3:::b/*" };
    const isAllowed = (more: object, action: string, resource: string) =>
      allows(statementsOf(policy({ ...statement, ...more }))!, caller, action, resource);
    assert.equal(isAllowed({}, "s3:GetObject", "arn:aws:s3:::b/k"), true);
    assert.equal(isAllowed({}, "S3:getobject", "arn:aws:s3:::b/k"), true);
    assert.equal(isAllowed({}, "s3:PutObject", "arn:aws:s3:::b/k"), false);
    assert.equal(isAllowed({}, "s3:GetObject", "arn:aws:s3:::bc"), false);
    assert.equal(isAllowed({ Effect: "Deny" }, "s3:GetObject", "arn:aws:s3:::b/k"), false);
  });

  it("have no special characters except wildcards", () => {
    assert.equal(matchesWildcard("a.c", "abc"), false);
    assert.equal(matchesWildcard("a+(*)", "a+(b)"), true);
    assert.equal(matchesWildcard("arn:aws:s3:::A*", "arn:aws:s3:::ab"), false);
  });

  const hubRole = "arn:aws:iam::111122223333:role/ci/Deployer";
  const conditions: [condition: object, context: TrustContext, met: boolean][] = [
    [{ StringEquals: { "sts:ExternalId": "a" } }, { "sts:externalid": "a" }, true],
    [{ StringEquals: { "sts:ExternalId": "a" } }, { "sts:externalid": "b" }, false],
    [{ StringEquals: { "sts:ExternalId": "a" } }, {}, false],
    [{ StringEquals: { "sts:ExternalId": ["a", "b"] } }, { "sts:externalid": "b" }, true],
    [{ StringEquals: { "sts:ExternalId": "a*" } }, { "sts:externalid": "ab" }, false],
    [{ StringLike: { "sts:ExternalId": "a*" } }, { "sts:externalid": "ab" }, true],
    [{ StringLike: { "sts:ExternalId": "A*" } }, { "sts:externalid": "ab" }, false],
    [{ StringEqualsIgnoreCase: { "sts:ExternalId": "A" } }, { "sts:externalid": "a" }, true],
    [{ StringNotEqualsIgnoreCase: { "sts:ExternalId": "A" } }, { "sts:externalid": "a" }, false],
    [{ StringNotEquals: { "sts:ExternalId": "a" } }, {}, true],
    [{ StringEqualsIfExists: { "sts:ExternalId": "a" } }, {}, true],
    [{ Null: { "sts:ExternalId": "false" } }, {}, false],
    [{ ArnEquals: { "aws:PrincipalArn": hubRole } }, { "aws:principalarn": hubRole }, true],
    [{ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deployer" } }, { "aws:principalarn": hubRole }, false],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci/*" } }, { "aws:principalarn": hubRole }, true],
    [{ Bool: { "aws:MultiFactorAuthPresent": "true" } }, {}, true],
  ];
  for (const [Condition, context, met] of conditions)
    it(`${met ? "let" : "do not let"} a caller with ${JSON.stringify(context)} assume a role with ${JSON.stringify(Condition)}`, () => {
      const statement = { Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" };
      assert.equal(trustsCaller(policy({ Effect: "Allow", ...statement, Condition }), caller, context), met);
      const known = !("Bool" in Condition);
      const denying = policy({ Effect: "Allow", ...statement }, { Effect: "Deny", ...statement, Condition });
      assert.equal(trustsCaller(denying, caller, context), !(met && known), "as a Deny statement");
    });

  it("let the services that they name assume the role", () => {
    const trust = policy({ Effect: "Allow", Principal: { Service: ["sagemaker.amazonaws.com", "lambda.amazonaws.com"] } });
    assert.equal(trustsService(trust, "sagemaker.amazonaws.com"), true);
    assert.equal(trustsService(trust, "ec2.amazonaws.com"), false);
    assert.equal(trustsService(policy({ Effect: "Deny", Principal: { Service: "ec2.amazonaws.com" } }), "ec2.amazonaws.com"), false);
  });

  it("are documents with statements; other texts are no policies", () => {
    for (const text of ["{", "null", "[]", "7", "{}"]) assert.equal(statementsOf(text), undefined, text);
    assert.equal(statementsOf('{"Statement":{"Effect":"Allow"}}')?.length, 1);
  });

  it("must specify existing principals in the world's accounts, and can specify any principal in other accounts", async () => {
    const directory = {
      accounts: ["111122223333"],
      moto: (_service: string, _operation: string, { RoleName }: { RoleName?: string }) => {
        if (RoleName !== "Deployer") throw new AwsError("NoSuchEntity", "no");
        return Promise.resolve({ Role: { Arn: "arn:aws:iam::111122223333:role/Deployer" } });
      },
    };
    const known = [
      "*",
      "111122223333",
      "arn:aws:iam::999999999999:root",
      "arn:aws:iam::111122223333:role/Deployer",
      "arn:aws:iam::999999999999:role/any",
      caller.arn,
    ];
    for (const principal of known) assert.equal(await principalExists(principal, directory), true, principal);
    for (const principal of ["arn:aws:iam::111122223333:role/unknown", "arn:aws:iam::111122223333:role/wrong/path/Deployer", "unknown"])
      assert.equal(await principalExists(principal, directory), false, principal);
  });
});

describe("sandbox faults", () => {
  it("occur with about their configured probability", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const hits = Array.from({ length: 400 }, (_, n) => chance(seed, n)).filter((value) => value < 0.5).length;
        assert.ok(hits > 120 && hits < 280, `${hits} of 400`);
      }),
    );
  });

  it("affect only calls to their service and operation, by `after` and `times`", () => {
    const faults = new Faults();
    faults.add({ kind: "error", service: "ec2", operation: "CreateVpc", after: 1, times: 2 });
    assert.equal(faults.take("ec2", "DeleteVpc"), undefined);
    assert.equal(faults.take("s3", "CreateVpc"), undefined);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => faults.take("ec2", "CreateVpc")?.kind),
      [undefined, "error", "error", undefined],
    );
    assert.deepEqual(
      faults.list().map(({ seen, hit }) => [seen, hit]),
      [[4, 2]],
    );
  });

  it("are rejected with all their problems", () => {
    assert.deepEqual(faultProblems({ kind: "throttle", probability: 0.5, times: 1, delayMs: 0 }), []);
    assert.equal(faultProblems({ kind: "throttle", times: 0, seed: 1.5, what: 1 }).length, 3);
    assert.match(faultProblems({}).join(), /'kind' is required/);
    assert.equal(faultProblems([]).length, 1);
  });
});

describe("sandbox state", () => {
  let dir: string;
  beforeEach(() => (dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"))));
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  const name = { service: "sagemaker", account: "111122223333", region: "eu-central-1" };
  const add = (store: StateStore, value: number, fail = false) =>
    store.change(
      name,
      () => [] as number[],
      async (state) => {
        (state as number[]).push(value);
        await new Promise((resolve) => setImmediate(resolve));
        if (fail) throw new Error("rejected");
        return (state as number[]).length;
      },
    );

  it("is on disk when an operation returns, and unchanged when an operation throws", async () => {
    const store = new StateStore(dir);
    assert.equal(await add(store, 1), 1);
    await assert.rejects(add(store, 2, true), /rejected/);
    assert.equal(await add(store, 3), 2);
    assert.deepEqual(new StateStore(dir).all(), [{ ...name, state: [1, 3] }]);
    assert.equal(await add(new StateStore(dir), 4), 3);
  });

  it("is changed by only one operation at a time", async () => {
    const store = new StateStore(dir);
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => add(store, i, i % 2 === 1)));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 10);
    assert.deepEqual(store.all()[0]?.state, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });

  it("is stored in private files that are complete at any time", () => {
    const file = path.join(dir, "x.json");
    writeAtomically(file, "old");
    writeAtomically(file, "new");
    assert.deepEqual([fs.readFileSync(file, "utf8"), fs.statSync(file).mode & 0o777, fs.readdirSync(dir)], ["new", 0o600, ["x.json"]]);
  });

  it("can be changed after a task that failed", async () => {
    const queue = new Queue();
    await assert.rejects(
      queue.run(() => Promise.reject(new Error("first"))),
      /first/,
    );
    assert.equal(await queue.run(() => Promise.resolve("second")), "second");
  });

  it("counts as changed after every operation that is not a read", () => {
    for (const operation of ["DescribeVpcs", "GetRole", "ListKeys", "HeadBucket", "Decrypt"])
      assert.equal(isRead(operation), true, operation);
    for (const operation of ["CreateVpc", "PutObject", "DeleteRole", "AssociateRouteTable", "TagResource"])
      assert.equal(isRead(operation), false, operation);
  });

  it("includes a journal that can be read when its last line is incomplete", () => {
    const file = path.join(dir, "journal.jsonl");
    const journal = new Journal(file);
    const call = {
      service: "ec2",
      operation: "CreateVpc",
      account: "111122223333",
      result: "ok",
      time: "2026-01-01T00:00:00.000Z",
    } as Call;
    journal.record(call);
    journal.record({ ...call, result: "Throttling", operation: "DeleteVpc", time: "2026-01-02T00:00:00.000Z" });
    fs.appendFileSync(file, '{"service":"e');
    assert.equal(readCalls(file).length, 2);
    assert.deepEqual(
      journal.query({ result: "error" }).map(({ operation }) => operation),
      ["DeleteVpc"],
    );
    assert.deepEqual(
      journal.query({ since: "2026-01-02" }).map(({ operation }) => operation),
      ["DeleteVpc"],
    );
    assert.deepEqual(
      journal.query({ service: "ec2", limit: 1 }).map(({ operation }) => operation),
      ["DeleteVpc"],
    );
    journal.close();
    journal.record(call);
    assert.match(journal.problem ?? "", /gaps/);
  });
});

describe("sandbox environment", () => {
  it("omits variables that would select a real account", () => {
    const kept = cleanEnvironment({
      PATH: "/bin",
      AWS_PROFILE: "prod",
      AWS_ENDPOINT_URL_S3: "https://s3",
      PULUMI_CONFIG_PASSPHRASE: "x",
      AWS_CA_BUNDLE_X: "1",
    });
    assert.deepEqual(kept, { PATH: "/bin", AWS_CA_BUNDLE_X: "1" });
  });

  it("passes any value through a shell unchanged", () => {
    const value = 'it\'s $HOME `x` "y" \\';
    const script = environmentScript("w", { VALUE: value });
    assert.equal(
      execFileSync("sh", ["-c", `${script}\nprintf %s "$VALUE"; printf %s "$AWS_PROFILE"`], {
        encoding: "utf8",
        env: { AWS_PROFILE: "prod" },
      }),
      value,
    );
  });

  it("distinguishes a process from a later process with the same ID", async () => {
    const own = { pid: process.pid, startedAt: startOf(process.pid)! };
    assert.equal(isAlive(own), true);
    assert.equal(isAlive({ ...own, startedAt: "0" }), false);
    await end({ ...own, startedAt: "0" });
    assert.equal(startOf(2 ** 22 + 1), undefined);
  });
});
