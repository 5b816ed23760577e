// Tests the assumption of a role before a deployment, against servers on this machine.
import assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { assumeRoleDenial } from "@cloister/components/aws/assume-role";

describe("the assumption of a role before a deployment", () => {
  const request = { roleArn: "arn:aws:iam::111122223333:role/deploy", externalId: "bank", region: "eu-central-1" };
  const variables = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  const before: Record<string, string | undefined> = {};
  let server: http.Server;
  let calls = 0;

  async function serve(answer: http.RequestListener): Promise<void> {
    calls = 0;
    pulumi.runtime.setAllConfig({});
    server = http.createServer((received, response) => {
      calls++;
      answer(received, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const [name, value] of Object.entries({ ...variables, AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_STS: endpoint })) {
      before[name] = process.env[name];
      process.env[name] = value;
    }
  }
  const deny = (code: string, status: number) =>
    serve((_received, response) => {
      response.writeHead(status, { "content-type": "text/xml" });
      response.end(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>not allowed</Message></Error></ErrorResponse>`);
    });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it("returns the message of a denial", async () => {
    delete process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED;
    await deny("AccessDenied", 403);
    assert.equal(await assumeRoleDenial(request), "not allowed");
    assert.equal(process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED, "true");
  });

  it("ignores other errors, because the provider reports them", async () => {
    await deny("RegionDisabledException", 403);
    assert.equal(await assumeRoleDenial(request), undefined);
  });

  for (const key of ["accessKey", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity", "sharedCredentialsFiles", "sharedConfigFiles"])
    it(`sends nothing if only the provider has the credentials, from aws:${key}`, async () => {
      await deny("AccessDenied", 403);
      pulumi.runtime.setAllConfig({ [`aws:${key}`]: "{}" });
      assert.equal(await assumeRoleDenial(request), undefined);
      assert.equal(calls, 0);
    });

  it("stops waiting for a server that does not answer, after two attempts", async () => {
    await serve(() => undefined);
    const timeouts = { connectionTimeout: 200, requestTimeout: 200, throwOnRequestTimeout: true };
    assert.equal(await assumeRoleDenial(request, timeouts), undefined);
    assert.equal(calls, 2);
  });
});
