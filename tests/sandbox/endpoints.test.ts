// Checks that the sandbox offers every endpoint of the catalogue. Does not prove that AWS offers the endpoints in a region.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { endpointKinds, endpointNames } from "@cloister/components/network/catalogue";
import { serviceNames } from "@cloister/components/network/endpoints";
import { ensureToolchain } from "@cloister/toolchain";

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import patches
from moto.ec2.models.vpcs import VPCBackend
services = {region: VPCBackend._collect_default_endpoint_services("111122223333", region) for region in sys.argv[2:]}
names = lambda service: [entry["PrivateDnsName"] for entry in service.get("PrivateDnsNames", [])]
print(json.dumps({region: {service["ServiceName"]: names(service) for service in found} for region, found in services.items()}))
`;

describe("endpoint services of the sandbox", function () {
  this.timeout(120_000);
  const regions = ["eu-central-1", "eu-west-1", "us-east-1"];
  let offered: Record<string, Record<string, string[]>>;
  before(async () => {
    const patches = path.resolve(__dirname, "../../tools/sandbox/moto");
    const text = execFileSync((await ensureToolchain(silent)).python, ["-c", program, patches, ...regions], { encoding: "utf8" });
    offered = JSON.parse(text) as typeof offered;
  });

  for (const region of regions)
    it(`include the endpoints of the catalogue in ${region}`, () =>
      assert.deepEqual(
        endpointNames.filter((name) => !serviceNames(name, { region, partition: "aws" }).some((service) => offered[region]![service])),
        [],
      ));

  it("have a private DNS name of the catalogue, for services that moto lacks", () => {
    for (const name of ["codeconnections", "sagemaker-experiments"] as const) {
      const inRegion = (text: string) =>
        text.replace("<region>", "eu-central-1").replace("<suffix>", "amazonaws.com").replace("<site>", "sagemaker.aws");
      const [dnsName] = offered["eu-central-1"]![inRegion(endpointKinds[name].service)]!;
      assert.ok(endpointKinds[name].domains.map(inRegion).includes(dnsName!), dnsName);
    }
  });
});
