// Validates the front `codeartifact`, and decides with the IAM simulator who reads and writes its repository.
// Does not prove that AWS evaluates the policies for requests with a token: docs/assumptions.md.
import assert from "node:assert/strict";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { repositoryOf } from "@cloister/components/aws/codeartifact";
import { featureFactsOf, featurePermissions } from "@cloister/components/identity/feature-permissions";
import { keyPolicy } from "@cloister/components/keys/policy";
import { domainName, mirrorRepositoryArn, repositoryIndexUrl, repositoryPolicy } from "@cloister/components/mirror/codeartifact/names";
import { codeArtifactProblems } from "@cloister/components/mirror/codeartifact/plan";
import { codeArtifactRegions } from "@cloister/components/network/catalogue";
import { allowAll } from "../../permissions/assemble";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../../permissions/simulator";

const accountId = "111122223333";
const context = { partition: "aws", accountId, region: "eu-central-1" };
const repositoryArn = mirrorRepositoryArn(context, "bank-hub");
const publisher = `arn:aws:iam::${accountId}:role/bank/Publisher`;
const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const named = (name: string, json: string): NamedPolicy => ({ name, policy: JSON.parse(json) as Policy });

describe("front codeartifact", () => {
  it("has a domain for each core stack, whose longest name is valid", () => {
    assert.match(domainName("a".repeat(40)), /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/);
    assert.notEqual(domainName("hub"), domainName("hub-2"));
    assert.deepEqual(repositoryOf(repositoryArn), { domainOwner: accountId, domain: "bank-hub-packages", repository: "approved" });
  });

  it("has an index at the repository endpoint of the region and partition", () => {
    assert.equal(
      repositoryIndexUrl(context, "bank-hub"),
      "https://bank-hub-packages-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/approved/simple/",
    );
    assert.match(repositoryIndexUrl({ ...context, partition: "aws-cn", region: "cn-north-1" }, "h"), /cn-north-1\.amazonaws\.com\.cn\//);
  });

  it("is rejected in a region without CodeArtifact, with the regions that have it", () => {
    const problems = (region: string) =>
      codeArtifactProblems({ context: { region }, regions: codeArtifactRegions, path: "cloister-core:mirror" });
    assert.deepEqual(problems("eu-central-1"), []);
    assert.equal(codeArtifactRegions.length, 13);
    const [problem] = problems("eu-central-2");
    assert.equal(problem?.setting, "cloister-core:mirror.front");
    assert.match(
      problem!.text,
      /^must not be codeartifact in region eu-central-2, .* only in ap-northeast-1, .*, us-west-2\. Fix: pulumi config set .* s3$/,
    );
  });

  it("lets principals create grants for the key only through CodeArtifact, and only if the hub has the front", () => {
    const sids = (packages?: boolean) =>
      (JSON.parse(keyPolicy({ ...context, ...(packages && { packages }) })) as { Statement: { Sid: string; Condition: unknown }[] })
        .Statement;
    assert.deepEqual(
      sids(true).map(({ Sid }) => Sid),
      ["AccountAdministers", "PackagesByGrants"],
    );
    assert.deepEqual(sids(true)[1]!.Condition, { StringEquals: { "kms:ViaService": ["codeartifact.eu-central-1.amazonaws.com"] } });
    assert.deepEqual(
      sids().map(({ Sid }) => Sid),
      ["AccountAdministers"],
    );
  });

  const facts = { ...context, environment: "fraud-dev", tags: {}, entranceVpcIds: ["vpc-1"] };
  const execution = (mirrorRepository?: string) => [
    named(
      "features",
      policyDocumentOf(
        featurePermissions(
          {
            ...facts,
            ...featureFactsOf("fraud-dev", {
              writableRepositories: [],
              ...(mirrorRepository !== undefined && { mirrorRepositoryArn: mirrorRepository }),
            }),
          },
          ["packages"],
        ),
      ),
    ),
  ];
  const everything = [named("everything", allowAll)];
  // Python packages have no namespace, but the simulator requires one.
  const packageArn = `${repositoryArn.replace(":repository/", ":package/")}/pypi/none/six`;
  const policy = named("repository", repositoryPolicy(context, [publisher]));
  const policySet: PolicySet = {
    accountId,
    accountIds: [accountId],
    region: context.region,
    principals: {
      publisher: { arn: publisher, identity: everything },
      deployer: { arn: roleIn(accountId, "Deployer"), identity: everything },
      execution: {
        arn: roleIn(accountId, "cloister/eu-central-1/fraud-dev/work/fraud-dev-execution-0a1b2c3"),
        identity: execution(repositoryArn),
      },
      "execution without mirror": { arn: roleIn(accountId, "cloister/eu-central-1/other-dev/work/x"), identity: execution() },
      widened: { arn: roleIn(accountId, "cloister/eu-central-1/fraud-dev/work/wide"), identity: everything },
      stranger: { arn: roleIn("999988887777", "Administrator"), identity: everything },
    },
    resources: { [repositoryArn]: policy, [packageArn]: policy },
    endpoints: {},
  };
  const inside = { "aws:SourceVpc": "vpc-1" };
  const rows: [it: string, caller: string, action: string, want: "allowed" | "denied", context?: Record<string, string>][] = [
    ["an execution role reads packages through its VPC", "execution", "ReadFromRepository", "allowed", inside],
    ["an execution role requests the endpoint", "execution", "GetRepositoryEndpoint", "allowed", inside],
    ["a token is used outside of the VPC", "execution", "ReadFromRepository", "denied"],
    ["a token is used in another VPC", "execution", "ReadFromRepository", "denied", { "aws:SourceVpc": "vpc-2" }],
    ["an environment without `packages: core` reads packages", "execution without mirror", "ReadFromRepository", "denied", inside],
    ["another account reads packages", "stranger", "ReadFromRepository", "denied", inside],
    ["a publisher uploads packages", "publisher", "PublishPackageVersion", "allowed"],
    ["a publisher deletes packages", "publisher", "DeletePackageVersions", "allowed"],
    ...["execution", "widened", "deployer", "stranger"].flatMap((caller) =>
      [
        "PublishPackageVersion",
        "CopyPackageVersions",
        "DeletePackageVersions",
        "DisposePackageVersions",
        "PutPackageOriginConfiguration",
      ].map((action): [string, string, string, "denied", Record<string, string>] => [
        `${caller} calls ${action}`,
        caller,
        action,
        "denied",
        inside,
      ]),
    ),
    ...["publisher", "deployer", "widened"].flatMap((caller): [string, string, string, "denied"][] => [
      [`${caller} connects a public registry`, caller, "AssociateExternalConnection", "denied"],
      [`${caller} connects another repository`, caller, "UpdateRepository", "denied"],
    ]),
  ];
  for (const [it_, caller, action, want, given = {}] of rows)
    it(`${want === "allowed" ? "allows" : "denies"}: ${it_}`, async () => {
      // Actions on packages have the ARN of a package.
      const onPackage = /Package/.test(action);
      const decision = await decide(policySet, {
        caller,
        action: `codeartifact:${action}`,
        resource: onPackage ? packageArn : repositoryArn,
        context: given,
      });
      assert.equal(decision.result, want, JSON.stringify(decision));
    });
});
