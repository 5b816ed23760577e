// Tests the AWS clients of the runner against a local proxy and a local endpoint. Does not prove how AWS answers.
import assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { IAMClient } from "@aws-sdk/client-iam";
import { SSMClient } from "@aws-sdk/client-ssm";
import { boundaryOf, isForeign, runnerClients } from "@cloister/cli/testing";

const credentials = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };

async function listening(server: http.Server): Promise<{ url: string; close: () => void }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
}

describe("clients of the runner", () => {
  let close = () => {};
  const before = { ...process.env };
  afterEach(() => {
    close();
    process.env = { ...before };
  });

  it("use the proxy of the runner", async () => {
    const hosts: string[] = [];
    const server = http.createServer().on("connect", ({ url }, socket) => {
      hosts.push(url!);
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    const proxy = await listening(server);
    close = proxy.close;
    // Mocks of other test files set this endpoint.
    delete process.env.AWS_ENDPOINT_URL_STS;
    Object.assign(process.env, { ...credentials, HTTPS_PROXY: proxy.url, https_proxy: proxy.url, NO_PROXY: "", no_proxy: "" });
    const clients = runnerClients({}, "eu-central-1");
    const role = { roleArn: "arn:aws:iam::111122223333:role/launch", sessionName: "s", environment: "fraud-dev" };
    await assert.rejects(clients.objects.read({ bucket: "state", key: "a" }));
    await assert.rejects(clients.isForeign(role, "pp-1"));
    assert.deepEqual(hosts, ["s3.eu-central-1.amazonaws.com:443", "sts.eu-central-1.amazonaws.com:443"]);
  });

  const parameter = { Name: "/cloister/fraud-dev/domain-id" };
  const cases: { it: string; pages: object[][]; tags?: object[]; want: boolean }[] = [
    { it: "finds no environment", pages: [[]], want: false },
    { it: "finds an environment without a provisioned product", pages: [[], [parameter]], tags: [], want: true },
    {
      it: "finds the environment of the provisioned product",
      pages: [[parameter]],
      tags: [{ Key: "cloister:provisioned-product", Value: "pp-1" }],
      want: false,
    },
    {
      it: "finds the environment of another provisioned product",
      pages: [[parameter]],
      tags: [{ Key: "cloister:provisioned-product", Value: "pp-2" }],
      want: true,
    },
  ];
  for (const { it: title, pages, tags, want } of cases)
    it(title, async () => {
      const left = [...pages];
      const filters: unknown[] = [];
      const server = http.createServer((request, response) => {
        let body = "";
        request.on("data", (chunk) => (body += String(chunk)));
        request.on("end", () => {
          const answer = () => {
            if (!request.headers["x-amz-target"]!.includes("DescribeParameters")) return { TagList: tags };
            filters.push((JSON.parse(body) as { ParameterFilters: unknown }).ParameterFilters);
            return { Parameters: left.shift(), ...(left.length > 0 && { NextToken: "next" }) };
          };
          response.end(JSON.stringify(answer()));
        });
      });
      const local = await listening(server);
      close = local.close;
      const client = new SSMClient({
        endpoint: local.url,
        region: "eu-central-1",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      assert.equal(await isForeign(client, "fraud-dev", "pp-1"), want);
      assert.deepEqual(filters[0], [{ Key: "Name", Option: "BeginsWith", Values: ["/cloister/fraud-dev/"] }]);
    });

  for (const [what, boundary, want] of [
    [
      "a permissions boundary",
      "<PermissionsBoundary><PermissionsBoundaryArn>arn:b</PermissionsBoundaryArn></PermissionsBoundary>",
      "arn:b",
    ],
    ["no permissions boundary", "", undefined],
  ] as const)
    it(`reads that the launch role has ${what}`, async () => {
      const bodies: string[] = [];
      const server = http.createServer((request, response) => {
        request.on("data", (chunk) => bodies.push(String(chunk)));
        request.on("end", () => {
          response.setHeader("Content-Type", "text/xml");
          response.end(`<GetRoleResponse><GetRoleResult><Role>${boundary}</Role></GetRoleResult></GetRoleResponse>`);
        });
      });
      const local = await listening(server);
      close = local.close;
      const client = new IAMClient({
        endpoint: local.url,
        region: "eu-central-1",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      assert.equal(await boundaryOf(client, { roleArn: "arn:aws:iam::111122223333:role/hub-environment-launch" }), want);
      assert.match(bodies.join(""), /RoleName=hub-environment-launch/);
    });
});
