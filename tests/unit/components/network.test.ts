import assert from "node:assert/strict";
import { rangeProblem, hostingEndpoints, studioEndpoints, zonesOf } from "@cloister/components/network";
import { planSubnets } from "@cloister/components/network/cidr";
import { endpointKinds, type EndpointName, interfacePolicy, s3Policy, serviceName } from "@cloister/components/network/endpoints";
import { useMocks } from "../../helpers/mocks";

const region = "eu-central-1";

describe("network", () => {
  describe("range", () => {
    const table: [string, RegExp | undefined][] = [
      ["10.64.0.0/20", undefined],
      ["10.0.0.0/16", undefined],
      ["192.168.7.0/24", undefined],
      ["172.16.0.0/16", undefined],
      ["172.32.0.0/16", /not a private range/],
      ["100.64.0.0/16", /not a private range/],
      ["169.254.0.0/16", /not a private range/],
      ["0.0.0.0/16", /not a private range/],
      ["10.0.0.0/15", /prefix length is 15, allowed is 16 to 24/],
      ["10.0.0.0/25", /prefix length is 25/],
      ["10.0.0.1/24", /bits beyond its prefix; the range is 10\.0\.0\.0\/24/],
      ["fd00::/20", /not an IPv4 range/],
      ["10.0.0.0", /not a range such as/],
      ["10.0.0.0/33", /not a range such as/],
      ["", /not a range such as/],
    ];
    for (const [cidr, want] of table)
      it(`${cidr || "nothing"} is ${want ? "refused" : "taken"}`, () => {
        const problem = rangeProblem(cidr);
        if (want) assert.match(problem ?? "", want);
        else assert.equal(problem, undefined);
      });
  });

  describe("subnets", () => {
    const table: [string, string[], string[]][] = [
      ["10.64.0.0/20", ["a"], ["10.64.0.0/22"]],
      ["10.64.0.0/20", ["a", "b", "c", "d"], ["10.64.0.0/22", "10.64.4.0/22", "10.64.8.0/22", "10.64.12.0/22"]],
      ["10.0.0.0/16", ["b", "c"], ["10.0.0.0/18", "10.0.64.0/18"]],
      ["192.168.255.0/24", ["a", "b", "c", "d"], ["192.168.255.0/26", "192.168.255.64/26", "192.168.255.128/26", "192.168.255.192/26"]],
    ];
    for (const [cidr, zones, want] of table)
      it(`of ${cidr} in ${zones.length} zones`, () =>
        assert.deepEqual(
          planSubnets(cidr, zones),
          zones.map((zone, i) => ({ zone, cidr: want[i] })),
        ));
    it("are refused for five zones", () => assert.throws(() => planSubnets("10.0.0.0/16", [..."abcde"]), /5 zones were asked for/));
    it("are refused for a zone named twice", () => assert.throws(() => planSubnets("10.0.0.0/16", ["a", "a"]), /named twice: a, a/));
    it("are refused for a range that is none", () => assert.throws(() => planSubnets("10.0.0.1/16", ["a"]), RangeError));
  });

  describe("endpoints", () => {
    const table: [EndpointName, string][] = [
      ["sagemaker-api", "com.amazonaws.eu-central-1.sagemaker.api"],
      ["sagemaker-runtime", "com.amazonaws.eu-central-1.sagemaker.runtime"],
      ["sagemaker-studio", "aws.sagemaker.eu-central-1.studio"],
      ["sts", "com.amazonaws.eu-central-1.sts"],
      ["logs", "com.amazonaws.eu-central-1.logs"],
      ["kms", "com.amazonaws.eu-central-1.kms"],
      ["ssm", "com.amazonaws.eu-central-1.ssm"],
      ["ecr-api", "com.amazonaws.eu-central-1.ecr.api"],
      ["ecr-dkr", "com.amazonaws.eu-central-1.ecr.dkr"],
      ["monitoring", "com.amazonaws.eu-central-1.monitoring"],
    ];
    for (const [name, want] of table) it(`${name} is ${want}`, () => assert.equal(serviceName(name, region), want));

    it("are all in this table, and each used", () => {
      assert.deepEqual(Object.keys(endpointKinds).sort(), table.map(([name]) => name).sort());
      assert.deepEqual([...new Set([...studioEndpoints, ...hostingEndpoints])].sort(), table.map(([name]) => name).sort());
    });

    it("of Studio are those without which AWS says it does not start", () => {
      for (const needed of ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts"] as const)
        assert.ok(studioEndpoints.includes(needed), needed);
    });

    it("let through principals of our accounts only", () =>
      assert.deepEqual(JSON.parse(interfacePolicy(["111122223333"])), {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyOurPrincipals",
            Effect: "Allow",
            Principal: "*",
            Action: "*",
            Resource: "*",
            Condition: { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } },
          },
        ],
      }));
  });

  describe("S3 endpoint", () => {
    const policy = s3Policy({ accountIds: ["111122223333"], bucketArns: ["arn:aws-cn:s3:::one"], region, partition: "aws-cn" });
    const [buckets, images, ...more] = (JSON.parse(policy) as { Statement: Record<string, unknown>[] }).Statement;

    it("lets our principals at our buckets and their objects", () => {
      assert.deepEqual(buckets?.Resource, ["arn:aws-cn:s3:::one", "arn:aws-cn:s3:::one/*"]);
      assert.deepEqual(buckets?.Condition, { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } });
      assert.ok(!(buckets?.Action as string[]).some((action) => ["*", "s3:*", "s3:Put*"].includes(action)));
    });

    it("lets everybody read the layers of images, and nothing else", () => {
      assert.deepEqual([images?.Action, images?.Resource], ["s3:GetObject", `arn:aws-cn:s3:::prod-${region}-starport-layer-bucket/*`]);
      assert.deepEqual(more, []);
    });
  });

  describe("zones", () => {
    const ask = async (zones: string[], count: number) => {
      await useMocks({ project: "it", stack: "it", config: {}, zones });
      return zonesOf(count, {});
    };
    it("are the first in the order of their names, whatever order AWS lists them in", async () =>
      assert.deepEqual(await ask(["r-c", "r-a", "r-b"], 2), ["r-a", "r-b"]));
    it("are refused when there are too few, with what to set", async () =>
      assert.rejects(
        ask(["r-b", "r-a"], 3),
        /'network\.zones' is 3, and region eu-central-1 has 2 Availability Zones \(r-a, r-b\)\. Set it with: pulumi config set --path network\.zones 2/,
      ));
  });
});
