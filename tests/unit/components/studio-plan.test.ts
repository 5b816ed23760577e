// Tests which problems the Studio plan reports for different lookup results.
// Does not prove that AWS rejects the same settings.
import assert from "node:assert/strict";
import { problemText } from "@cloister/components/stack/preflight";
import { preflightStudio } from "@cloister/components/studio";
import { appInstanceTypes } from "@cloister/components/studio/instance-types";
import { ec2Type, ec2TypesOf } from "@cloister/components/studio/named-types";
import { planStudio } from "@cloister/components/studio/plan";
import { type StudioFindings, type StudioNetwork } from "@cloister/components/studio/request";
import { studioSettings } from "@cloister/components/studio/settings";
import { problemsWith } from "../../helpers/changed-values";
import { useMocks } from "../../helpers/mocks";
import { note, recordNotes } from "../../helpers/recording";
import { imageUri, type StudioInput } from "../../helpers/studio";

recordNotes(__filename);

const path = "cloister-environment:studio";
/** A network with a DNS firewall that allows the names of CodeCommit and of the bank. */
const network: StudioNetwork = {
  path: "cloister-environment:network",
  features: ["studio", "jobs", "notebooks", "git"],
  featureDomains: [
    { feature: "git", domains: ["git-codecommit.eu-central-1.amazonaws.com"] },
    { feature: "packages", domains: ["*.d.codeartifact.eu-central-1.amazonaws.com"] },
  ],
  allowedDomains: ["*.bank.example"],
  domains: ["git-codecommit.eu-central-1.amazonaws.com", "*.bank.example"],
  imageAccounts: [],
  imageAccountIds: ["111122223333"],
};
const requestOf = (given: StudioInput, changes: Partial<StudioNetwork> = {}) => ({
  // The longest name of an environment: a role name then has room for 25 characters of a profile name.
  environment: `${"t".repeat(15)}-test`,
  settings: studioSettings().parse(given),
  path,
  region: "eu-central-1",
  network: { ...network, ...changes },
});
/** A region with every instance type and with IAM Identity Center. */
const findings: StudioFindings = {
  offeredTypes: appInstanceTypes.map(ec2Type),
  identityCenterArns: ["arn:aws:sso:::instance/ssoins-0123456789abcdef"],
};
function problemsOf(given: StudioInput, found: Partial<StudioFindings> = {}, changes: Partial<StudioNetwork> = {}): string[] {
  const request = requestOf(given, changes);
  const all = { ...findings, ...found };
  const evaluate = (item: Partial<typeof request>) => planStudio({ ...request, ...item }, all).problems;
  note(
    problemsWith({ network: request.network, settings: given }, "given", (item) =>
      evaluate({ ...requestOf(item.settings), network: item.network }),
    ),
  );
  const { plan, problems, warnings } = planStudio(request, all);
  note({ plan, warnings });
  return problems.map(problemText);
}
const roleArn = "arn:aws:iam::111122223333:role/ana";
const long = "a".repeat(26);

describe("Studio plan", () => {
  const accepted: { it: string; given: StudioInput; found?: Partial<StudioFindings> }[] = [
    { it: "default settings", given: {} },
    { it: "a region without IAM Identity Center, if signIn is iam", given: {}, found: { identityCenterArns: [] } },
    { it: "signIn identity-center", given: { signIn: "identity-center", profiles: [{ name: "ana", person: "ana@bank.example" }] } },
    { it: "long profile names with a shared role", given: { profiles: [long] } },
    {
      it: "long profile names with existing roles",
      given: { executionRole: "per-person", profiles: [{ name: long, roleArn }] },
    },
    {
      it: "any letter in an IAM Identity Center user name",
      given: { signIn: "identity-center", profiles: [{ name: "ziga", person: "Žiga" }] },
    },
    { it: "profile names of 25 characters with a role per profile", given: { executionRole: "per-person", profiles: ["a".repeat(25)] } },
    { it: "a profile whose instance types lack the default", given: { profiles: [{ name: "ana", instanceTypes: ["ml.m5.large"] }] } },
    {
      it: "spaces for both apps",
      given: {
        profiles: ["ana"],
        spaces: [
          { name: "one", owner: "ana", app: "codeeditor" },
          { name: "two", owner: "ana", sharing: "shared" },
        ],
      },
    },
    {
      it: "an image and a notebook",
      given: { profiles: ["ana"], images: [{ name: "torch", imageUri }], notebooks: [{ name: "old", owner: "ana" }] },
    },
    { it: "a portfolio of templates", given: { projectsPortfolioId: "port-0a1b2c3d4e5f6" } },
    { it: "settings without Projects", given: { projects: false } },
    { it: "an instance type that EC2 does not list", given: { instanceTypes: ["ml.t3.medium", "ml.geospatial.interactive"] } },
  ];
  for (const { it: what, given, found } of accepted) it(`accepts ${what}`, () => assert.deepEqual(problemsOf(given, found), []));

  const rejected: { it: string; given: StudioInput; found?: Partial<StudioFindings>; problems: RegExp[] }[] = [
    {
      it: "identity-center in a region without IAM Identity Center",
      given: { signIn: "identity-center" },
      found: { identityCenterArns: [] },
      problems: [/studio\.signIn' must be 'iam' \(got 'identity-center'\): eu-central-1 has no IAM Identity Center instance\. Fix: enable/],
    },
    {
      it: "profiles that differ by case only",
      given: { profiles: ["ana", { name: "Ana", person: "other" }] },
      problems: [/studio\.profiles\[1\]\.name' must be unique, ignoring case \(got 'Ana', and 'ana' already exists\)/],
    },
    {
      it: "users that differ by case only",
      given: { profiles: [{ name: "ana", person: "a.horvat" }, { name: "bo" }, { name: "ana2", person: "A.Horvat" }] },
      problems: [
        /studio\.profiles\[2\]\.person' must be unique, ignoring case \(got 'A\.Horvat', and 'a\.horvat' already has a profile\)\. Fix: create one profile/,
      ],
    },
    {
      it: "a user with the name of another profile",
      given: { profiles: ["ana", { name: "bo", person: "ana" }] },
      problems: [/studio\.profiles\[1\]\.person' must be unique, .*'ana' already has a profile/],
    },
    {
      it: "duplicate spaces, images and notebooks",
      given: {
        profiles: ["ana"],
        spaces: [
          { name: "s", owner: "ana" },
          { name: "S", owner: "ana" },
        ],
        images: [
          { name: "i", imageUri },
          { name: "I", imageUri },
        ],
        notebooks: [
          { name: "n", owner: "ana" },
          { name: "N", owner: "ana" },
        ],
      },
      problems: [
        /spaces\[1\]\.name' must be unique.*'S'/,
        /images\[1\]\.name' must be unique.*'I'/,
        /notebooks\[1\]\.name' must be unique.*'N'/,
      ],
    },
    {
      it: "a space and a notebook whose owner is not a profile",
      given: { profiles: ["ana", "bo"], spaces: [{ name: "s", owner: "anna" }], notebooks: [{ name: "n", owner: "Bo" }] },
      problems: [
        /studio\.spaces\[0\]\.owner' must be the name of a profile \(got 'anna'\)\. Did you mean 'ana'\? Profiles: ana, bo\. Fix: add the profile/,
        /studio\.notebooks\[0\]\.owner' must be the name of a profile \(got 'Bo'\)/,
      ],
    },
    {
      it: "an instance type that the region does not offer",
      given: { instanceTypes: ["ml.t3.medium", "ml.m9.large"] },
      problems: [
        /studio\.instanceTypes' must use instance types that eu-central-1 offers \(got ml\.m9\.large\)\. Fix: .*describe-instance-type-offerings/,
      ],
    },
    {
      it: "a default instance type that is not allowed",
      given: { instanceTypes: ["ml.m5.large"] },
      problems: [/studio\.defaultInstanceType' must use instance types of '.*studio\.instanceTypes': ml\.m5\.large \(got ml\.t3\.medium\)/],
    },
    {
      it: "a profile's instance type that is not allowed in the environment",
      given: { profiles: ["bo", { name: "ana", instanceTypes: ["ml.g5.xlarge"] }] },
      problems: [
        /studio\.profiles\[1\]\.instanceTypes' must use instance types of '.*studio\.instanceTypes': .* \(got ml\.g5\.xlarge\)\. Fix: use one/,
      ],
    },
    {
      it: "a space's instance type that the owner of the space cannot use",
      given: {
        profiles: [{ name: "ana", instanceTypes: ["ml.m5.large"] }],
        spaces: [{ name: "s", owner: "ana", instanceType: "ml.t3.medium" }],
      },
      problems: [
        /studio\.spaces\[0\]\.instanceType' must use instance types of '.*studio\.profiles\[0\]\.instanceTypes': ml\.m5\.large \(got ml\.t3\.medium\)/,
      ],
    },
    {
      it: "a default volume size over the maximum",
      given: { volumeGb: { default: 50, maximum: 20 } },
      problems: [/studio\.volumeGb\.default' must not exceed '.*studio\.volumeGb\.maximum', 20 \(got 50\)\. Fix: lower it/],
    },
    {
      it: "a space's volume size over the maximum",
      given: { profiles: ["ana"], spaces: [{ name: "s", owner: "ana", volumeGb: 101 }] },
      problems: [/studio\.spaces\[0\]\.volumeGb' must not exceed '.*volumeGb\.maximum', 100 \(got 101\)/],
    },
    {
      it: "names that are not valid role session names",
      given: { profiles: ["a", { name: "ziga", person: "Žiga" }, { name: "long", person: "x".repeat(65) }] },
      problems: [
        /studio\.profiles\[0\]\.name' must be a role session name if signIn is 'iam': 2 to 64 of .* \(got 'a'\)/,
        /studio\.profiles\[1\]\.person' must be a role session name .* \(got 'Žiga'\)/,
        /studio\.profiles\[2\]\.person' must be a role session name .* \(got 'x{65}'\)/,
      ],
    },
    {
      it: "instance types of notebook instances for apps, and of apps for notebook instances",
      given: {
        instanceTypes: ["ml.t2.medium", "ml.m5.large", "ml.t3.medium"],
        defaultInstanceType: "ml.t2.medium",
        profiles: ["ana", { name: "bo", instanceTypes: ["ml.m5.large"] }, { name: "cy", instanceTypes: ["ml.t2.medium"] }],
        spaces: [{ name: "one", owner: "ana", instanceType: "ml.t2.medium" }],
        notebooks: [
          { name: "n1", owner: "ana" },
          { name: "n2", owner: "bo" },
          { name: "n3", owner: "ana", instanceType: "ml.m5.large" },
        ],
      },
      found: { offeredTypes: [...appInstanceTypes, "ml.t2.medium"].map(ec2Type) },
      problems: [
        /studio\.defaultInstanceType' must be an instance type of apps \(got ml\.t2\.medium\)\. Did you mean 'ml\.t3\.medium'\?/,
        /studio\.profiles\[2\]\.instanceTypes' must be an instance type of apps \(got ml\.t2\.medium\)/,
        /studio\.spaces\[0\]\.instanceType' must be an instance type of apps \(got ml\.t2\.medium\)/,
        /studio\.notebooks\[1\]\.instanceType' must be an instance type of notebook instances \(got ml\.m5\.large\)/,
        /studio\.notebooks\[2\]\.instanceType' must be an instance type of notebook instances \(got ml\.m5\.large\)/,
      ],
    },
    {
      it: "a default of the domain that is a type of notebook instances, although no profile uses it",
      given: {
        instanceTypes: ["ml.t2.medium", "ml.m5.large"],
        defaultInstanceType: "ml.t2.medium",
        profiles: [{ name: "bo", instanceTypes: ["ml.m5.large"] }],
      },
      found: { offeredTypes: [...appInstanceTypes, "ml.t2.medium"].map(ec2Type) },
      problems: [/studio\.defaultInstanceType' must be an instance type of apps \(got ml\.t2\.medium\)/],
    },
    {
      it: "a profile name that is too long for a role name",
      given: { executionRole: "per-person", profiles: [long] },
      problems: [
        /studio\.profiles\[0\]\.name' must have at most 25 characters if executionRole is 'per-person' \(got 'a{26}', 26 characters\): the role t{15}-test-execution-<name> and 8 random characters must have at most 64\./,
      ],
    },
    {
      it: "Code Editor in a shared space",
      given: { profiles: ["ana"], spaces: [{ name: "s", owner: "ana", sharing: "shared", app: "codeeditor" }] },
      problems: [/studio\.spaces\[0\]\.app' must be 'jupyterlab' in a shared space \(got 'codeeditor'\).* Fix: set 'jupyterlab'/],
    },
    {
      it: "a portfolio of templates without Projects",
      given: { projects: false, projectsPortfolioId: "port-0a1b2c3d4e5f6" },
      problems: [/studio\.projectsPortfolioId' requires '.*studio\.projects' to be true \(got false\)\. Fix: set it to true, or remove/],
    },
    {
      it: "an image in another region",
      given: { images: [{ name: "torch", imageUri: imageUri.replace("eu-central-1", "us-east-1") }] },
      problems: [/studio\.images\[0\]\.imageUri' must be an image in eu-central-1 \(got one in us-east-1\)/],
    },
  ];
  for (const { it: what, given, found, problems } of rejected)
    it(`rejects ${what}`, () => {
      const texts = problemsOf(given, found);
      assert.equal(texts.length, problems.length, texts.join("\n"));
      for (const [i, problem] of problems.entries()) assert.match(texts[i]!, problem);
    });

  it("reports all problems at once", () => {
    const combined = rejected.filter(({ it: what }) => /volume size|without IAM Identity Center/.test(what));
    const given = Object.assign({}, ...combined.map(({ given }) => given)) as StudioInput;
    const profiles = [
      { name: "ana", instanceTypes: ["ml.p5.48xlarge"] },
      { name: "Ana", person: "bo" },
    ];
    assert.ok(problemsOf({ ...given, profiles }, { identityCenterArns: [] }).length >= 4);
  });

  it("looks up each instance type once, by the EC2 name", () =>
    assert.deepEqual(
      ec2TypesOf(
        requestOf({
          profiles: [{ name: "ana", instanceTypes: ["ml.t3.medium"] }],
          instanceTypes: ["ml.t3.medium", "ml.geospatial.interactive"],
          notebooks: [{ name: "n", owner: "ana", instanceType: "ml.m5.large" }],
        }),
      ),
      ["t3.medium", "m5.large"],
    ));

  it("looks up IAM Identity Center only if signIn is identity-center, and always looks up instance types", async () => {
    const answers = {
      getInstanceTypeOfferings: ({ filters }: Record<string, unknown>) => ({
        instanceTypes: (filters as { values: string[] }[])[0]!.values.filter((type) => type !== "t3.large"),
      }),
      getInstances: () => ({ arns: [] }),
    };
    const world = await useMocks({ project: "it", stack: "it", config: {}, answers });
    const { problems } = await preflightStudio(requestOf({}));
    assert.match(problems.map(problemText).join(), /eu-central-1 offers \(got ml\.t3\.large\)/);
    assert.equal(problems.length, 1);
    assert.deepEqual(
      world.calls.map(({ token }) => token),
      ["aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"],
    );
    const [signInProblem] = (await preflightStudio(requestOf({ signIn: "identity-center", instanceTypes: ["ml.t3.medium"] }))).problems;
    assert.equal(signInProblem?.setting, `${path}.signIn`);
  });

  describe("and the network", () => {
    const setFeatures = (...names: string[]) =>
      `pulumi config set-all --path ${names.map((name, i) => `--plaintext 'cloister-environment:network.features[${i}]=${name}'`).join(" ")}`;
    const emailDomain = "bank.example";
    const profiles = ["ana"];
    const cases: { it: string; given: StudioInput; changes?: Partial<StudioNetwork>; problems?: string[] }[] = [
      {
        it: "notebook instances without the feature",
        given: { profiles, notebooks: [{ name: "old", owner: "ana" }] },
        changes: { features: ["studio", "jobs"] },
        problems: [
          `'${path}.notebooks' requires the network feature 'notebooks' (got old). Fix: ${setFeatures("studio", "jobs", "notebooks")}`,
        ],
      },
      {
        it: "a Git identity without a Git server",
        given: { git: { emailDomain } },
        changes: { features: ["studio"] },
        problems: [
          `'${path}.git' requires the network feature 'git' or 'connections' (got bank.example). Fix: ${setFeatures("studio", "git")}`,
        ],
      },
      { it: "a Git identity with connections", given: { git: { emailDomain } }, changes: { features: ["studio", "connections"] } },
      {
        it: "a Git identity without a DNS firewall",
        given: { git: { emailDomain } },
        changes: { features: ["studio"], domains: undefined },
      },
      {
        it: "a Git identity with an allowed Git server",
        given: { git: { emailDomain, repositories: ["https://git.bank.example/team/models"] } },
        changes: { features: ["studio"] },
      },
      {
        it: "names of the bank and addresses",
        given: {
          pip: { indexUrl: "https://pypi.bank.example/simple" },
          git: {
            emailDomain,
            repositories: ["https://10.1.2.3/team/models", "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/x"],
          },
        },
      },
      {
        it: "a package index that the DNS firewall blocks",
        given: { pip: { indexUrl: "https://bank.example/simple" } },
        problems: [
          `'${path}.pip.indexUrl' must have a host that the DNS firewall allows (got 'bank.example'). Fix: pulumi config set --path 'cloister-environment:network.allowedDomains[1]' bank.example, and list the name in 'allowedDomains' of the guardrail network-dns-firewall`,
        ],
      },
      {
        it: "a package index of a feature that the network does not have",
        given: { pip: { indexUrl: "https://bank-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/all/simple/" } },
        problems: [
          `'${path}.pip.indexUrl' must have a host that the DNS firewall allows (got 'bank-111122223333.d.codeartifact.eu-central-1.amazonaws.com'). Fix: ${setFeatures("studio", "jobs", "notebooks", "git", "packages")}`,
        ],
      },
      {
        it: "a package index without a DNS firewall",
        given: { pip: { indexUrl: "https://pypi.org/simple" } },
        changes: { domains: undefined },
      },
      {
        it: "blocked repositories, each with its index",
        given: { git: { emailDomain, repositories: ["https://git.bank.example/a/b", "https://github.com/a/b", "https://gitlab.com/a/b"] } },
        problems: ["repositories[1]", "repositories[2]"],
      },
      {
        it: "an image of another account",
        given: { profiles, images: [{ name: "torch", imageUri: imageUri.replace("111122223333", "444455556666") }] },
        problems: [
          `'${path}.images[0].imageUri' must be in an account from which roles can pull images (got 444455556666). Fix: pulumi config set --path 'cloister-environment:network.imageAccounts[0]' 444455556666 --type string`,
        ],
      },
      {
        it: "an author name without Git settings",
        given: { profiles: [{ name: "ana", gitName: "Ana Horvat" }] },
        problems: [
          `'${path}.profiles[0].gitName' requires '${path}.git.emailDomain' (got 'Ana Horvat'). Fix: set the domain, or remove the name`,
        ],
      },
    ];
    for (const { it: what, given, changes, problems = [] } of cases)
      it(`${problems.length > 0 ? "rejects" : "accepts"} ${what}`, () => {
        const found = problemsOf(given, {}, changes);
        assert.equal(found.length, problems.length, found.join("\n"));
        problems.forEach((problem, i) => assert.ok(found[i]!.includes(problem), found[i]));
      });
  });
});
