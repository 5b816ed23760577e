// Tests the gateway's stages around the services: identity, unknown operations, journal, faults, the control API.
import assert from "node:assert/strict";
import * as http from "node:http";
import { EC2Client, CreateVpcCommand, DeleteVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { KMSClient, CreateKeyCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { S3Client, ListBucketsCommand } from "@aws-sdk/client-s3";
import { SSMClient, PutParameterCommand, DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { control, world } from "./world";

/** A request from any client. `path` can be absolute, as in a request to a proxy. */
function raw(options: {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  scope?: string;
  key?: string;
}): Promise<{ status: number; text: string }> {
  const { endpoint, env, region } = world();
  const { port } = new URL(endpoint);
  const credential = `${options.key ?? env.AWS_ACCESS_KEY_ID}/20260101/${region}/${options.scope ?? "sts"}/aws4_request`;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    "x-amz-security-token": env.AWS_SESSION_TOKEN!,
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: "127.0.0.1", port, method: options.method ?? "POST", path: options.path ?? "/", headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.once("error", reject);
    request.end(options.body);
  });
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const settings = (attempts = 1) => {
  const { endpoint, region, env } = world();
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
    sessionToken: env.AWS_SESSION_TOKEN!,
  };
  return { endpoint, region, credentials, maxAttempts: attempts };
};
const lastCall = async (service: string, operation: string) => (await control().journal({ service, operation, limit: 1 }))[0];

describe("sandbox gateway", function () {
  this.timeout(20_000);

  describe("rejects without a retry, in the client's protocol,", () => {
    const cases: { it: string; request: Parameters<typeof raw>[0]; status: number; matches: RegExp }[] = [
      {
        it: "an operation that moto lacks (JSON)",
        request: {
          scope: "kms",
          headers: { "x-amz-target": "TrentService.DescribeCustomKeyStores", "content-type": "application/x-amz-json-1.1" },
          body: "{}",
        },
        status: 400,
        matches: /"__type":"UnknownOperationException".*does not support operation 'DescribeCustomKeyStores' of 'kms' yet/,
      },
      {
        it: "an operation that AWS lacks (JSON)",
        request: { scope: "kms", headers: { "x-amz-target": "TrentService.MakeCoffee" }, body: "{}" },
        status: 400,
        matches: /UnknownOperationException.*'MakeCoffee'/,
      },
      {
        it: "an operation that a native service lacks (JSON)",
        request: { scope: "sagemaker", headers: { "x-amz-target": "SageMaker.ListLabelingJobs" }, body: "{}" },
        status: 400,
        matches: /UnknownOperationException.*does not support operation 'ListLabelingJobs' of 'sagemaker' yet/,
      },
      {
        it: "an operation that moto lacks (EC2)",
        request: { scope: "ec2", headers: form, body: "Action=DescribeVerifiedAccessGroups&Version=2016-11-15" },
        status: 400,
        matches: /<Response><Errors><Error><Code>InvalidAction<\/Code>/,
      },
      {
        it: "an operation that AWS lacks (query)",
        request: { scope: "iam", headers: form, body: "Action=MakeCoffee&Version=2010-05-08" },
        status: 400,
        matches: /<ErrorResponse><Error><Type>Sender<\/Type><Code>InvalidAction<\/Code>/,
      },
      {
        it: "an operation that moto lacks (S3)",
        request: { scope: "s3", method: "GET", path: "/b?metadataTable" },
        status: 400,
        matches: /<Error><Code>MethodNotAllowed<\/Code>/,
      },
      {
        it: "a service that moto lacks (JSON)",
        request: {
          scope: "codeconnections",
          headers: { "x-amz-target": "CodeConnections_20231201.CreateConnection", "content-type": "application/x-amz-json-1.0" },
          body: '{"ConnectionName":"bank","ProviderType":"GitHub"}',
        },
        status: 400,
        matches: /"__type":"UnknownOperationException".*does not support operation 'CreateConnection' of 'codeconnections' yet/,
      },
      {
        it: "a service that moto lacks (REST)",
        request: { scope: "codestar-notifications", path: "/listNotificationRules", body: "{}" },
        status: 400,
        matches: /UnknownOperationException.*does not support operation 'ListNotificationRules' of 'codestar-notifications' yet/,
      },
      {
        it: "a service that AWS lacks",
        request: { scope: "coffee", headers: { "x-amz-target": "Coffee.Make" }, body: "{}" },
        status: 400,
        matches: /does not support the service 'coffee'/,
      },
      {
        it: "a body that is not JSON",
        request: { scope: "kms", headers: { "x-amz-target": "TrentService.CreateKey" }, body: "{" },
        status: 400,
        matches: /SerializationException/,
      },
      {
        it: "a member of another type",
        request: { scope: "kms", headers: { "x-amz-target": "TrentService.DescribeKey" }, body: '{"KeyId":7}' },
        status: 400,
        matches: /SerializationException/,
      },
      {
        it: "an unknown access key (query)",
        request: { scope: "sts", key: "AKIAUNKNOWNACCESSKEY", headers: form, body: "Action=GetCallerIdentity&Version=2011-06-15" },
        status: 403,
        matches: /<Code>InvalidClientTokenId<\/Code>/,
      },
      {
        it: "an unknown access key (JSON)",
        request: { scope: "sagemaker", key: "AKIAUNKNOWNACCESSKEY", headers: { "x-amz-target": "SageMaker.ListDomains" }, body: "{}" },
        status: 400,
        matches: /UnrecognizedClientException/,
      },
      ...["constructor", "__proto__", "toString"].map((key) => ({
        it: `the access key '${key}'`,
        request: { key, headers: form, body: "Action=GetCallerIdentity&Version=2011-06-15" },
        status: 403,
        matches: /<Code>InvalidClientTokenId<\/Code>/,
      })),
      {
        it: "a known access key with another session token",
        request: {
          headers: { ...form, "x-amz-security-token": "other" },
          body: "Action=GetCallerIdentity&Version=2011-06-15",
        },
        status: 403,
        matches: /<Code>InvalidClientTokenId<\/Code>/,
      },
      ...["constructor", "__proto__"].flatMap((name) => [
        {
          it: `the service '${name}'`,
          request: { scope: name, headers: { "x-amz-target": "Coffee.Make" }, body: "{}" },
          status: 400,
          matches: /does not support the service/,
        },
        {
          it: `the operation '${name}'`,
          request: { scope: "kms", headers: { "x-amz-target": `TrentService.${name}` }, body: "{}" },
          status: 400,
          matches: /UnknownOperationException/,
        },
      ]),
      {
        it: "a request without a signature",
        request: { method: "GET", path: "/", headers: { authorization: "" } },
        status: 403,
        matches: /MissingAuthenticationToken/,
      },
    ];
    for (const c of cases)
      it(c.it, async () => {
        const { status, text } = await raw(c.request);
        assert.equal(status, c.status, text);
        assert.match(text, c.matches);
      });
  });

  it("accepts requests that clients send to a proxy, as S3 Control clients do", async () => {
    const { hubAccount } = world();
    const path = `http://${hubAccount}.127.0.0.1/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Anone`;
    const { status, text } = await raw({ method: "GET", path, scope: "s3", headers: { "x-amz-account-id": hubAccount } });
    assert.equal(status, 404, text);
    assert.match(text, /<Code>NoSuchBucket<\/Code>/);
    assert.equal((await lastCall("s3", "ListTagsForResource"))?.account, hubAccount);
  });

  it("records caller, operation and result of each call, without secrets", async () => {
    const kms = new KMSClient(settings());
    const ssm = new SSMClient(settings());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "for a secret" }));
    await kms.send(new EncryptCommand({ KeyId: KeyMetadata!.KeyId!, Plaintext: Buffer.from("very-secret-text") }));
    await ssm.send(new PutParameterCommand({ Name: "/journal/secret", Type: "SecureString", Value: "very-secret-value" }));
    await ssm.send(new DeleteParameterCommand({ Name: "/journal/secret" }));
    const call = await lastCall("kms", "Encrypt");
    assert.equal(call?.account, world().hubAccount);
    assert.equal(call?.principal, `arn:aws:sts::${world().hubAccount}:assumed-role/OrganizationAccountAccessRole/cloister`);
    assert.deepEqual(call?.parameters, { KeyId: KeyMetadata!.KeyId!, Plaintext: "[secret]" });
    assert.deepEqual([call?.result, call?.status, call?.by], ["ok", 200, "moto"]);
    assert.deepEqual((await lastCall("ssm", "PutParameter"))?.parameters, {
      Name: "/journal/secret",
      Type: "SecureString",
      Value: "[secret]",
    });
    assert.doesNotMatch(JSON.stringify(await control().journal()), /very-secret/);
    assert.doesNotMatch(JSON.stringify(await control().journal()), new RegExp(world().env.AWS_SESSION_TOKEN!));
  });

  it("filters the journal", async () => {
    await assert.rejects(new EC2Client(settings()).send(new DescribeVpcsCommand({ VpcIds: ["vpc-0123456789abcdef0"] })));
    const failed = await control().journal({ service: "ec2", result: "error", account: world().hubAccount });
    assert.ok(failed.length > 0);
    assert.ok(failed.every((call) => call.service === "ec2" && call.result !== "ok"));
    assert.deepEqual((failed.at(-1)?.parameters as { VpcIds: string[] }).VpcIds, ["vpc-0123456789abcdef0"]);
    assert.deepEqual(await control().journal({ since: "2999-01-01" }), []);
  });

  it("reports the names in a filter of the journal that no call can have", async () => {
    assert.deepEqual(await control().unknownNames({ service: "ec2", operation: "DescribeVpcs", account: world().hubAccount }), []);
    assert.deepEqual(await control().unknownNames({ service: "states", operation: "StartExecution" }), []);
    const meant = (await control().unknownNames({ service: "efs" })).map((unknownName) => unknownName.meant);
    assert.deepEqual(meant, ["elasticfilesystem"]);
    const [operation] = await control().unknownNames({ operation: "CreateVpcs" });
    assert.ok(operation!.known.includes("CreateVpc") && operation!.known.includes("CreateDomain"));
  });

  describe("injects faults:", () => {
    afterEach(() => control().clearFaults());

    it("throttles once, and clients retry", async () => {
      await control().addFault({ kind: "throttle", service: "ec2", operation: "CreateVpc", times: 1 });
      const ec2 = new EC2Client(settings(3));
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
      await ec2.send(new DeleteVpcCommand({ VpcId: Vpc!.VpcId }));
      const results = (await control().journal({ service: "ec2", operation: "CreateVpc", limit: 2 })).map(({ result, by }) => [result, by]);
      assert.deepEqual(results, [
        ["RequestLimitExceeded", "fault"],
        ["ok", "moto"],
      ]);
    });

    it("fails with status 500 and creates no resource", async () => {
      await control().addFault({ kind: "error", service: "ec2", operation: "CreateVpc" });
      const { changes } = (await control().status()).moto;
      await assert.rejects(new EC2Client(settings()).send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" })), { name: "InternalFailure" });
      assert.equal((await control().status()).moto.changes, changes);
    });

    it("cuts the connection", async () => {
      await control().addFault({ kind: "refuse", service: "s3" });
      await assert.rejects(new S3Client(settings()).send(new ListBucketsCommand({})), /ECONNRESET|socket hang up/);
      assert.equal((await lastCall("s3", "ListBuckets"))?.result, "cut");
    });

    it("answers late or never", async () => {
      await control().addFault({ kind: "delay", service: "s3", delayMs: 300, times: 1 });
      await control().addFault({ kind: "timeout", service: "s3", delayMs: 300, after: 1 });
      const started = Date.now();
      await new S3Client(settings()).send(new ListBucketsCommand({}));
      assert.ok(Date.now() - started >= 300);
      await assert.rejects(new S3Client(settings()).send(new ListBucketsCommand({})), /ECONNRESET|socket hang up/);
    });

    it("affects the same calls for the same seed", async () => {
      const hits = async (seed: number) => {
        await control().addFault({ kind: "error", service: "s3", operation: "ListBuckets", probability: 0.5, seed });
        const s3 = new S3Client(settings());
        const outcomes: boolean[] = [];
        for (let i = 0; i < 12; i++)
          outcomes.push(
            await s3.send(new ListBucketsCommand({})).then(
              () => false,
              () => true,
            ),
          );
        await control().clearFaults();
        return outcomes;
      };
      const first = await hits(7);
      assert.deepEqual(await hits(7), first);
      assert.notDeepEqual(await hits(8), first);
      assert.ok(first.includes(true) && first.includes(false));
    });

    it("rejects an invalid fault and lists all its problems", async () => {
      const wrong = { kind: "explode", probability: 2, servise: "ec2" } as unknown as Parameters<ReturnType<typeof control>["addFault"]>[0];
      await assert.rejects(control().addFault(wrong), /'kind' must be one of throttle.*'probability' must be.*'servise' is unknown/);
      assert.deepEqual(await control().faults(), []);
    });
  });

  it("rejects requests from a page in a browser", async () => {
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    for (const path of ["/", "/_cloister/shutdown"])
      for (const [name, value] of [
        ["origin", "https://example.com"],
        ["host", "example.com"],
        ["host", "127.0.0.1.example.com"],
      ] as const) {
        const { status, text } = await raw({ path, headers: { ...form, "x-cloister-token": world().controlToken, [name]: value }, body });
        assert.equal(status, 403);
        assert.match(text, /programs on this machine only/);
      }
    assert.equal((await control().status()).name, world().name);
  });

  it("accepts control requests only with the token of the world", async () => {
    const request = { method: "GET", path: "/_cloister/status" };
    assert.equal((await raw(request)).status, 403);
    for (const token of ["other", world().env.AWS_SECRET_ACCESS_KEY!])
      assert.equal((await raw({ ...request, headers: { "x-cloister-token": token } })).status, 403);
    assert.equal((await raw({ ...request, headers: { "x-cloister-token": world().controlToken } })).status, 200);
  });

  it("listens on the loopback address only", async () => {
    const { port } = new URL(world().endpoint);
    const outcome = await new Promise<string>((resolve) => {
      // Another loopback address: a server on 0.0.0.0 would answer there.
      const request = http.request({ host: "127.0.0.2", port, agent: false }, () => resolve("answered"));
      request.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      request.end();
    });
    assert.notEqual(outcome, "answered");
  });
});
