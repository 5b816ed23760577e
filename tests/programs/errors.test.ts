// Compares with recordings what programs report about mistakes in settings, and if a lookup finds nothing or is denied.
// Does not prove that AWS answers like this: tests/engine runs programs against the sandbox.
import * as path from "node:path";
import { appInstanceTypes } from "@cloister/components/studio/instance-types";
import { assertRecorded, type Recording } from "../helpers/recording";
import { HUB, runProgram, useMocks } from "../helpers/mocks";
import { deployments } from "./deployments";
import { role } from "./wiring/lookups";
import { merged, type Settings } from "./wiring/settings";

type Deployment = (typeof deployments)[string][string];

/** The error of a program, which has a line for each problem. */
async function resultOf({ settings, mocks, ...deployment }: Deployment): Promise<{ result: unknown; lookups: string[] }> {
  const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${deployment.project}:${name}`, value]));
  const world = await useMocks({ project: deployment.project, stack: deployment.stack, config, ...mocks });
  const result: unknown = await runProgram(deployment.folder).then(
    () => "deployed",
    (error: Error) => error.message.split("\n"),
  );
  return { result, lookups: [...new Set(world.calls.map(({ token }) => token.split(":").at(-1)!))].sort() };
}

/** Lookups of the caller, which always find something. */
const ofCaller = /^get(CallerIdentity|Region|Partition|SessionContext|AvailabilityZones)$/;

/** Lookups of lists. AWS answers them with an empty list. */
const emptyLists: Record<string, Record<string, unknown>> = {
  getInstanceTypeOfferings: { instanceTypes: [], locations: [], locationTypes: [] },
  getNatGateways: { ids: [] },
  getVpcPeeringConnections: { ids: [] },
  getVpcs: { ids: [] },
};

/** Answers of AWS to a lookup. A denied lookup must not look like a missing resource. */
const noAnswers: Record<string, (lookup: string) => Record<string, unknown> | undefined> = {
  "finds nothing": (lookup) => emptyLists[lookup],
  "is denied": () => {
    const details = "operation error: AccessDenied: the role is not authorized to perform this action";
    throw Object.assign(new Error(details), { details });
  },
};

const chosen: [project: string, deployment: string][] = [
  ["core", "with a network, and administrators who work from anywhere"],
  ["environment", "with existing subnets, endpoints, roles, buckets and exempt roles"],
  ["target-accounts", "with existing subnets and central endpoints"],
];

/** Settings with several mistakes, which a program reports together. */
const mistakes: [project: string, deployment: string, settings: Settings][] = [
  [
    "core",
    "with IAM Identity Center",
    { people: { permissionSets: { "data-science-administrator": "Nobody" } }, confirmPurge: "other", purge: true },
  ],
  [
    "core",
    "with the default settings",
    { network: { cidr: "10.64.0.0/24", endpoints: { omit: ["sts"] }, zones: 4, features: ["studio"] } },
  ],
  [
    "environment",
    "with every feature, NAT, and users who work from anywhere",
    {
      studio: {
        instanceTypes: appInstanceTypes.slice(0, 60),
        profiles: ["ana", "Ana", { name: "bo", roleArn: role("Bo"), instanceTypes: ["ml.p5.48xlarge"] }],
        spaces: [{ name: "one", owner: "nobody" }],
        notebooks: [{ name: "three", owner: "nobody", instanceType: "ml.g7.large" }],
        images: [{ name: "four", imageUri: "999900003333.dkr.ecr.eu-west-1.amazonaws.com/studio:four" }],
      },
      people: { users: { lifecycle: [] } },
      network: { egress: "none", dnsFirewall: "block" },
      confirmPurge: "other",
    },
  ],
  [
    "environment",
    "with existing subnets, endpoints, roles, buckets and exempt roles",
    {
      network: { cidr: "10.99.0.0/20", vpcId: "vpc-0123456789abcdef1", centralEndpoints: { names: ["athena"] }, egress: "nat" },
      people: { signIn: "saml" },
      data: { noncurrentDays: 1 },
      deployRoleArns: [role("Pipeline")],
      tags: Object.fromEntries(Array.from({ length: 35 }, (_, i) => [`key-${i}`, "v".repeat(200)])),
    },
  ],
  [
    "environment",
    "with the default settings",
    {
      network: {
        writableRepositories: ["bank/models"],
        glueDatabases: ["sales"],
        mirrorHost: "a.bank.example",
        dhcp: { domainName: "bank.example" },
        mode: "existing-vpc",
      },
      monitoring: { budget: { monthlyUsd: 1, actualPercent: [10, 20, 30, 40], forecastPercent: [50, 60], emails: [] } },
      studio: { signIn: "identity-center", git: { emailDomain: "bank.example" }, pip: { indexUrl: "https://pypi.bank.example/simple" } },
    },
  ],
  [
    "target-accounts",
    "with an existing VPC",
    { network: { egress: "nat", endpoints: { omit: ["logs"] }, features: ["hosting", "mirror"] }, confirmPurge: "other", purge: true },
  ],
  [
    "target-accounts",
    "with the default settings",
    { accounts: [{ id: "444455556666" }, { id: "444455556666", mode: "existing-subnets" }, { id: HUB, cidr: "10.64.0.0/20" }] },
  ],
];

it("programs report mistakes in settings as recorded", async function () {
  const found: Recording = {};
  for (const [project, title, settings] of mistakes) {
    const deployment = deployments[project]![title]!;
    const { result } = await resultOf({ ...deployment, settings: merged(deployment.settings, settings) });
    found[`${project} ${title}, and ${Object.keys(settings).join(", ")}`] = { result };
  }
  assertRecorded(path.join(__dirname, "recorded", "mistakes.json"), this.test!.file!, found);
});

it("programs report missing resources and denied lookups as recorded", async function () {
  const recording: Recording = {};
  for (const [project, title] of chosen) {
    const deployment = deployments[project]![title]!;
    const { lookups } = await resultOf(deployment);
    const found: Record<string, unknown> = (recording[`${project} ${title}`] = {});
    for (const lookup of lookups.filter((name) => !ofCaller.test(name)))
      for (const [what, answer] of Object.entries(noAnswers)) {
        const answers = { ...deployment.mocks?.answers, [lookup]: () => answer(lookup) };
        found[`${lookup} ${what}`] = (await resultOf({ ...deployment, mocks: { ...deployment.mocks, answers } })).result;
      }
  }
  assertRecorded(path.join(__dirname, "recorded", "missing.json"), this.test!.file!, recording);
});
