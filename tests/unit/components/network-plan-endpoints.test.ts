// Plans VPC endpoints: endpoints of the network, existing endpoints, and shared endpoints of the core stack.
// Does not prove that lookups find existing resources: tests/programs and tests/engine do.
import assert from "node:assert/strict";
import {
  allServices,
  existingEndpoint,
  inExistingSubnets,
  inExistingVpc,
  itReports,
  managed,
  peerings,
  planOf,
  sharedEndpoints,
  stsIn,
  subnet,
  zones,
} from "./network-fixtures";
import { recordNotes } from "../../helpers/recording";

recordNotes(__filename);

describe("planned endpoints", () => {
  it("are in the Availability Zones that the endpoint service offers", () => {
    const { plan, problems } = planOf({ network: { zones: 3 }, findings: stsIn([zones[0]!, zones[2]!, "eu-central-1z"]) });
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.endpoints.find(({ name }) => name === "sts")?.zones, [zones[0], zones[2]]);
    assert.deepEqual(plan.endpoints.find(({ name }) => name === "logs")?.zones, zones);
  });

  it("omit an existing endpoint, and use its security groups and DNS names", () => {
    const { plan, problems } = planOf({
      ...inExistingVpc,
      network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
      findings: { endpoints: [existingEndpoint()] },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.existingEndpointGroupIds, ["sg-existing"]);
    assert.ok(!plan.endpoints.some(({ name }) => name === "sts"));
    assert.ok(plan.domains.includes("sts.eu-central-1.amazonaws.com"));
  });

  it("are created beside existing endpoints of the network and foreign endpoints without private DNS", () => {
    for (const found of [{ tags: managed("sts") }, { privateDns: false }])
      assert.deepEqual(planOf({ ...inExistingVpc, findings: { endpoints: [existingEndpoint(found)] } }).problems, []);
  });

  itReports([
    [
      "an endpoint that is both added and omitted",
      { network: { endpoints: { add: ["glue"], omit: ["glue"] } } },
      /network\.endpoints\.omit' must not contain 'glue', which endpoints\.add also contains/,
    ],
    [
      "an omitted endpoint that a feature requires",
      { network: { endpoints: { omit: ["sts"] } } },
      /network\.endpoints\.omit' must not contain 'sts', which the feature 'studio' requires/,
    ],
    [
      "an endpoint that the list of one account omits, and names that list",
      { omit: { setting: "cloister-target-accounts:accounts[0].omitEndpoints", endpoints: ["sts"] } },
      /^'cloister-target-accounts:accounts\[0\]\.omitEndpoints' must not contain 'sts'/,
    ],
    [
      "an omitted endpoint that the existing VPC has without private DNS",
      {
        ...inExistingVpc,
        network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
        findings: { endpoints: [existingEndpoint({ privateDns: false })] },
      },
      /network\.endpoints\.omit' must not contain 'sts', which the feature/,
    ],
    [
      "an endpoint that duplicates an endpoint of the existing VPC",
      { ...inExistingVpc, findings: { endpoints: [existingEndpoint()] } },
      /network\.endpoints\.omit' must contain 'sts': vpc-0123456789abcdef0 has an endpoint that answers its name already \(vpce-existing\)/,
    ],
    [
      "a service that the region does not offer",
      { findings: { services: { ...allServices, sts: undefined } } },
      /network\.features' must not contain 'studio', 'jobs', because eu-central-1 does not offer the endpoint 'sts'\. Fix: remove 'studio', 'jobs', or use another region$/,
    ],
    [
      "an optional endpoint that the region does not offer",
      { findings: { services: { ...allServices, ssm: undefined } } },
      /network\.endpoints\.omit' must contain 'ssm', because eu-central-1 does not offer the endpoint\. Fix: add 'ssm' to the list$/,
    ],
    [
      "an added endpoint that the region does not offer",
      { network: { endpoints: { add: ["glue"] } }, findings: { services: { ...allServices, glue: undefined } } },
      /network\.endpoints\.add' must not contain 'glue', because eu-central-1 does not offer the endpoint\. Fix: remove 'glue' from the list$/,
    ],
    [
      "a service that is offered in fewer than two of the zones",
      { findings: stsIn([zones[2]!]) },
      /network\.zones' must select at least 2 zones that offer com\.amazonaws\.x\.sts: eu-central-1c \(got eu-central-1a, eu-central-1c\)\. Fix: list zones that offer the endpoint in zoneIds/,
    ],
    [
      "a service that does not support endpoint policies",
      { findings: { services: { ...allServices, ssm: { ...allServices.ssm!, supportsPolicy: false } } } },
      /network\.endpoints\.omit' must contain 'ssm', because \S+ssm does not support endpoint policies/,
    ],
    [
      "a region without a list of AWS registries",
      { region: "eu-central-9" },
      /network\.imageAccounts' is required in eu-central-9, because Cloister has no list of the accounts/,
    ],
    [
      "CodeArtifact packages in a region where the CodeArtifact bucket name is unknown",
      { region: "eu-central-9", network: { features: ["packages"] } },
      /network\.features' must not contain 'packages' in eu-central-9: .* only for ap-northeast-1, .*us-west-2\. Fix: use one of these regions, or .* endpoints\.add: \[codeartifact-api, codeartifact-repositories\]/,
    ],
  ]);
});

describe("planned use of shared endpoints", () => {
  it("covers the required endpoints that the core stack has, and the network creates the other endpoints", () => {
    const { plan, problems } = planOf({ sharedEndpoints: {}, findings: peerings() });
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.sharedEndpoints, {
      endpoints: ["sts", "ssm"],
      domains: ["sts.eu-central-1.amazonaws.com", "ssm.eu-central-1.amazonaws.com"],
      cidr: "10.63.0.0/20",
      ranges: [{ role: "central-back", cidr: "10.64.0.0/20" }],
    });
    const names = plan.endpoints.map(({ name }) => name);
    assert.ok(names.length === 4 && !names.includes("sts") && names.includes("logs"), names.join());
    assert.ok(plan.domains.includes("sts.eu-central-1.amazonaws.com"));
  });

  it("has return routes only to the network's own subnets in an existing VPC", () => {
    const routes = [{ destination: "10.0.64.0/22", target: "pcx-own" }];
    const { plan, problems } = planOf({ ...inExistingVpc, sharedEndpoints: {}, findings: peerings({ managed: ["pcx-own"], routes }) });
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.sharedEndpoints?.ranges, [
      { role: "central-back-eu-central-1a", cidr: "10.0.64.0/22" },
      { role: "central-back-eu-central-1b", cidr: "10.0.68.0/22" },
    ]);
  });

  it("has neither own nor shared endpoints while the network switches between them", () => {
    const before = [{ endpoints: [existingEndpoint({ tags: managed("sts") })], ...peerings() }, peerings({ managed: ["pcx-own"] })];
    for (const findings of before) {
      const { plan, problems } = planOf({ sharedEndpoints: { state: "switching" }, findings });
      assert.deepEqual(problems, []);
      assert.equal(plan.sharedEndpoints, undefined);
      assert.ok(!plan.endpoints.some(({ name }) => sharedEndpoints.endpoints.includes(name)));
    }
  });

  it("ignores routes of the shared VPC whose destination is not a CIDR range", () =>
    assert.deepEqual(
      planOf({ sharedEndpoints: {}, findings: peerings({ routes: [{ destination: "", target: "pcx-other" }] }) }).problems,
      [],
    ));

  itReports([
    [
      "a core stack without shared endpoints",
      { sharedEndpoints: { vpcId: "", cidr: "", endpoints: [] } },
      /endpointsFrom' must be 'own' while the core stack has no shared endpoints \(got 'core'\)\. Fix: set cloister-core:network and deploy the core stack first/,
    ],
    [
      "a CIDR range that overlaps the CIDR range of the shared endpoints",
      { vpcSettings: { cidr: "10.63.8.0/21" }, sharedEndpoints: {} },
      /network\.cidr' must not overlap 10\.63\.0\.0\/20, the CIDR range of the core stack's shared endpoints, .* \(got 10\.63\.8\.0\/21\)/,
    ],
    [
      "an existing VPC that overlaps the CIDR range of the shared endpoints",
      { ...inExistingVpc, sharedEndpoints: { cidr: "10.0.128.0/20" } },
      /network\.vpcId' must not overlap 10\.0\.128\.0\/20, the CIDR range of the core stack's shared endpoints, .* \(got vpc-\w+ with range 10\.0\.0\.0\/16\)/,
    ],
    [
      "a CIDR range of another network that uses the shared endpoints",
      {
        sharedEndpoints: {},
        findings: peerings({ managed: ["pcx-own"], routes: [{ destination: "10.64.0.0/20", target: "pcx-other" }] }),
      },
      /network\.cidr' must not overlap 10\.64\.0\.0\/20, the CIDR range of another network that uses the core stack's shared endpoints over pcx-other \(got 10\.64\.0\.0\/20\)/,
    ],
    [
      "a subnet that routes the CIDR range of the shared endpoints to another target",
      {
        ...inExistingSubnets,
        sharedEndpoints: {},
        findings: { subnets: [subnet(0, { routes: [{ destination: "10.62.0.0/15", target: "tgw-1" }] }), subnet(1)] },
      },
      /network\.subnetIds' must not contain subnet-0+1, whose route table rtb-0 routes 10\.62\.0\.0\/15 to tgw-1, which overlaps the CIDR range of the core stack's shared endpoints/,
    ],
    [
      "a VPC with another peering connection to the shared endpoints",
      { ...inExistingVpc, sharedEndpoints: {}, findings: peerings({ others: ["pcx-other"] }) },
      /network\.vpcId' must not already be peered with the VPC of the core stack's shared endpoints \(got vpc-\w+ with pcx-other\)/,
    ],
    [
      "a change to shared endpoints while endpoints of the network exist",
      { sharedEndpoints: {}, findings: { endpoints: [existingEndpoint({ id: "vpce-own", tags: managed("sts") })] } },
      /endpointsFrom' must not change from 'own' to 'core' in one deployment: endpoints of the network \(sts vpce-own\) still answer .* Fix: set it to 'switching' and deploy, then set it to 'core'/,
    ],
    [
      "a change to endpoints of the network while the peering connection exists",
      { findings: peerings({ managed: ["pcx-own"] }) },
      /endpointsFrom' must not change from 'core' to 'own' in one deployment: the core stack's shared endpoints \(pcx-own\) still answer .* Fix: set it to 'switching' and deploy, then set it to 'own'/,
    ],
  ]);
});
