// What is in the way of Studio's settings, for what AWS could tell. Does not prove that AWS refuses the same, nor that a name is refused that only AWS knows to be wrong.
import assert from "node:assert/strict";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { parseSettings } from "@cloister/components/stack/config";
import { problemText } from "@cloister/components/stack/preflight";
import { preflightStudio } from "@cloister/components/studio";
import { appInstanceTypes, hiddenTypes } from "@cloister/components/studio/instance-types";
import { ec2Type, planStudio, type StudioFindings, typesToLookUp } from "@cloister/components/studio/plan";
import { studioMembers, studioSettings } from "@cloister/components/studio/settings";
import { z } from "zod";
import { useMocks } from "../../helpers/mocks";

type Given = z.input<ReturnType<typeof studioSettings>> & Record<string, unknown>;

const path = "cloister-environment:studio";
const digest = "a".repeat(64);
const image = (region = "eu-central-1") => `111122223333.dkr.ecr.${region}.amazonaws.com/studio@sha256:${digest}`;
const requestOf = (given: Given) => ({
  settings: studioSettings().parse(given),
  path,
  region: "eu-central-1",
});
/** A region that offers all, with Identity Center. */
const findings: StudioFindings = {
  offeredTypes: appInstanceTypes.map(ec2Type),
  identityCenterArns: ["arn:aws:sso:::instance/ssoins-0123456789abcdef"],
};
const plan = (given: Given, found: Partial<StudioFindings> = {}) => planStudio(requestOf(given), { ...findings, ...found });
const role = (account = "111122223333") => `arn:aws:iam::${account}:role/ana`;
const long = "a".repeat(31);

describe("plan of Studio", () => {
  const possible: { it: string; given: Given; found?: Partial<StudioFindings> }[] = [
    { it: "with nothing set", given: {} },
    { it: "without Identity Center, when it is not used", given: {}, found: { identityCenterArns: [] } },
    { it: "with Identity Center", given: { signIn: "identity-center", profiles: [{ name: "ana", person: "ana@bank.example" }] } },
    { it: "with long names under one role", given: { profiles: [long] } },
    {
      it: "with long names under roles that are brought",
      given: { executionRole: "per-person", profiles: [{ name: long, roleArn: role() }] },
    },
    {
      it: "with any letter in a name that Identity Center has",
      given: { signIn: "identity-center", profiles: [{ name: "ziga", person: "Žiga" }] },
    },
    { it: "with names of 30 characters under roles of their own", given: { executionRole: "per-person", profiles: ["a".repeat(30)] } },
    { it: "with fewer types for one person, without the default", given: { profiles: [{ name: "ana", instanceTypes: ["ml.m5.large"] }] } },
    {
      it: "with spaces of both apps",
      given: {
        profiles: ["ana"],
        spaces: [
          { name: "one", owner: "ana", app: "codeeditor" },
          { name: "two", owner: "ana", sharing: "shared" },
        ],
      },
    },
    {
      it: "with an image and a notebook",
      given: { profiles: ["ana"], images: [{ name: "torch", imageUri: image() }], notebooks: [{ name: "old", owner: "ana" }] },
    },
    { it: "with a portfolio of templates", given: { projectsPortfolioId: "port-0a1b2c3d4e5f6" } },
    { it: "without Projects", given: { projects: false } },
    { it: "with a type that EC2 does not have", given: { instanceTypes: ["ml.t3.medium", "ml.geospatial.interactive"] } },
  ];
  for (const { it: what, given, found } of possible) it(`is possible ${what}`, () => assert.deepEqual(plan(given, found), []));

  const wrong: { it: string; given: Given; found?: Partial<StudioFindings>; says: RegExp[] }[] = [
    {
      it: "Identity Center without an instance",
      given: { signIn: "identity-center" },
      found: { identityCenterArns: [] },
      says: [/studio\.signIn' is 'identity-center', and eu-central-1 has no instance of IAM Identity Center\. Enable it there/],
    },
    {
      it: "a profile twice, by case",
      given: { profiles: ["ana", { name: "Ana", person: "other" }] },
      says: [/studio\.profiles\[1\]\.name' is Ana, and ana is there before\. Name each once/],
    },
    {
      it: "a person twice, by case",
      given: { profiles: [{ name: "ana", person: "a.horvat" }, { name: "bo" }, { name: "ana2", person: "A.Horvat" }] },
      says: [/studio\.profiles\[2\]\.person' is A\.Horvat, and a\.horvat has a profile before\. Give each person one profile/],
    },
    {
      it: "a person under another's profile name",
      given: { profiles: ["ana", { name: "bo", person: "ana" }] },
      says: [/studio\.profiles\[1\]\.person' is ana, and ana has a profile before/],
    },
    {
      it: "a space, an image and a notebook twice",
      given: {
        profiles: ["ana"],
        spaces: [
          { name: "s", owner: "ana" },
          { name: "S", owner: "ana" },
        ],
        images: [
          { name: "i", imageUri: image() },
          { name: "I", imageUri: image() },
        ],
        notebooks: [
          { name: "n", owner: "ana" },
          { name: "N", owner: "ana" },
        ],
      },
      says: [/spaces\[1\]\.name' is S, and s is/, /images\[1\]\.name' is I, and i is/, /notebooks\[1\]\.name' is N, and n is/],
    },
    {
      it: "a space and a notebook of nobody",
      given: { profiles: ["ana", "bo"], spaces: [{ name: "s", owner: "anna" }], notebooks: [{ name: "n", owner: "Bo" }] },
      says: [
        /studio\.spaces\[0\]\.owner' is anna, which is no profile\. Did you mean 'ana'\? Known are ana, bo\. Add the profile/,
        /studio\.notebooks\[0\]\.owner' is Bo, which is no profile/,
      ],
    },
    {
      it: "a type that the region does not offer",
      given: { instanceTypes: ["ml.t3.medium", "ml.m9.large"] },
      says: [
        /studio\.instanceTypes' has ml\.m9\.large, which eu-central-1 does not offer\. Name another type; .*describe-instance-type-offerings/,
      ],
    },
    {
      it: "a default that is not allowed",
      given: { instanceTypes: ["ml.m5.large"] },
      says: [/studio\.defaultInstanceType' is ml\.t3\.medium, which is not among the types that are allowed \(ml\.m5\.large\)/],
    },
    {
      it: "a person's type that is not allowed to all",
      given: { profiles: ["bo", { name: "ana", instanceTypes: ["ml.g5.xlarge"] }] },
      says: [
        /studio\.profiles\[1\]\.instanceTypes' has ml\.g5\.xlarge, which is not among the types that are allowed \(.*Add it to .*studio\.instanceTypes/,
      ],
    },
    {
      it: "a space's type that its owner may not use",
      given: {
        profiles: [{ name: "ana", instanceTypes: ["ml.m5.large"] }],
        spaces: [{ name: "s", owner: "ana", instanceType: "ml.t3.medium" }],
      },
      says: [/studio\.spaces\[0\]\.instanceType' has ml\.t3\.medium, which is not among the types that ana may use \(ml\.m5\.large\)/],
    },
    {
      it: "a standard volume over the largest",
      given: { volumeGb: { default: 50, maximum: 20 } },
      says: [/studio\.volumeGb\.default' is 50, more than volumeGb\.maximum, 20\. Lower it/],
    },
    {
      it: "a space's volume over the largest",
      given: { profiles: ["ana"], spaces: [{ name: "s", owner: "ana", volumeGb: 101 }] },
      says: [/studio\.spaces\[0\]\.volumeGb' is 101, more than .*volumeGb\.maximum, 100/],
    },
    {
      it: "names that no session of a role can have",
      given: { profiles: ["a", { name: "ziga", person: "Žiga" }, { name: "long", person: "x".repeat(65) }] },
      says: [
        /studio\.profiles\[0\]\.name' is a; with signIn 'iam' it has to be .* 2 to 64 of/,
        /studio\.profiles\[1\]\.person' is Žiga; with signIn 'iam'/,
        /studio\.profiles\[2\]\.person' is x{65}; with signIn 'iam'/,
      ],
    },
    {
      it: "a name too long for a role",
      given: { executionRole: "per-person", profiles: [long] },
      says: [/studio\.profiles\[0\]\.name' is a{31}, of 31 characters; with executionRole 'per-person' allowed are 30/],
    },
    {
      it: "a shared space of Code Editor",
      given: { profiles: ["ana"], spaces: [{ name: "s", owner: "ana", sharing: "shared", app: "codeeditor" }] },
      says: [/studio\.spaces\[0\]\.app' is 'codeeditor', which AWS gives no idle shutdown in shared spaces\. Set it to 'jupyterlab'/],
    },
    {
      it: "a portfolio of templates without Projects",
      given: { projects: false, projectsPortfolioId: "port-0a1b2c3d4e5f6" },
      says: [/studio\.projectsPortfolioId' is port-0a1b2c3d4e5f6, and .*studio\.projects is false.*\. Set that to true, or leave this out/],
    },
    {
      it: "an image of another region",
      given: { images: [{ name: "torch", imageUri: image("us-east-1") }] },
      says: [/studio\.images\[0\]\.imageUri' is of us-east-1, and Studio of eu-central-1 takes images of its own region only/],
    },
  ];
  for (const { it: what, given, found, says } of wrong)
    it(`refuses ${what}`, () => {
      const problems = plan(given, found);
      assert.equal(problems.length, says.length, problems.join("\n"));
      for (const [i, one] of says.entries()) assert.match(problems[i]!, one);
    });

  it("tells all at once", () => {
    const fitting = wrong.filter(({ it: what }) => /volume over the largest|without an instance/.test(what));
    const given = Object.assign({}, ...fitting.map((one) => one.given)) as Given;
    const profiles = [
      { name: "ana", instanceTypes: ["ml.p5.48xlarge"] },
      { name: "Ana", person: "bo" },
    ];
    assert.ok(plan({ ...given, profiles }, { identityCenterArns: [] }).length >= 4);
  });

  it("asks the region for each type once, as EC2 calls it", () =>
    assert.deepEqual(
      typesToLookUp(
        requestOf({
          profiles: [{ name: "ana", instanceTypes: ["ml.t3.medium"] }],
          instanceTypes: ["ml.t3.medium", "ml.geospatial.interactive"],
          notebooks: [{ name: "n", owner: "ana", instanceType: "ml.m5.large" }],
        }),
      ),
      ["t3.medium", "m5.large"],
    ));

  it("looks up Identity Center only for its sign-in, and offers always", async () => {
    const answers = {
      getInstanceTypeOfferings: ({ filters }: Record<string, unknown>) => ({
        instanceTypes: (filters as { values: string[] }[])[0]!.values.filter((type) => type !== "t3.large"),
      }),
      getInstances: () => ({ arns: [] }),
    };
    const world = await useMocks({ project: "it", stack: "it", config: {}, answers });
    const problems = await preflightStudio(requestOf({}));
    assert.match(problems.join(), /ml\.t3\.large, which eu-central-1 does not offer/);
    assert.equal(problems.length, 1);
    assert.deepEqual(
      world.calls.map(({ token }) => token),
      ["aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"],
    );
    assert.match((await preflightStudio(requestOf({ signIn: "identity-center", instanceTypes: ["ml.t3.medium"] }))).join(), /signIn/);
  });
});

describe("settings of Studio", () => {
  const schema = z.strictObject({ studio: studioSettings() });
  const read = (studio: Record<string, unknown>) =>
    parseSettings("cloister-environment", schema, { studio: JSON.stringify(studio) }).problems.map(problemText);
  const wrong: { it: string; studio: Record<string, unknown>; says: RegExp }[] = [
    {
      it: "a profile's name with a space",
      studio: { profiles: ["ana horvat"] },
      says: /studio\.profiles\[0\]' must be 1 to 63 letters, digits and dashes \(got "ana horvat"\)\. Fix: pulumi config set/,
    },
    {
      it: "a profile without a name",
      studio: { profiles: [{ person: "ana" }] },
      says: /studio\.profiles\[0\]\.name' is missing\. It must be 1 to 63/,
    },
    {
      it: "a misspelt key of a profile",
      studio: { profiles: [{ name: "ana", idleMinute: 60 }] },
      says: /studio\.profiles\[0\]\.idleMinute' is not a setting\. Did you mean 'idleMinutes'\?/,
    },
    {
      it: "a number for a profile",
      studio: { profiles: [5] },
      says: /studio\.profiles\[0\]' must be a name of 1 to 63 .*, or an object with name, person.*\(got 5\)/,
    },
    ...["ana horvat", "ana\n", "ana<x>", 'a"b', "$(id)", "`id`", "a'b", "a;b", "x".repeat(129), ""].map((person) => ({
      it: `the person ${JSON.stringify(person).slice(0, 20)}`,
      studio: { profiles: [{ name: "ana", person }] },
      says: /studio\.profiles\[0\]\.person' must be 1 to 128 letters, digits and _ \. \+ = @ - \(got .*\)/,
    })),
    ...["a\nb", "a\tb", "a <b>", "\u202eevil", ""].map((gitName) => ({
      it: `the name ${JSON.stringify(gitName)} on commits`,
      studio: { profiles: [{ name: "ana", gitName }] },
      says: /studio\.profiles\[0\]\.gitName' must be 1 to 100 characters without line breaks.*\(got .*\)/,
    })),
    {
      it: "too short an idle time",
      studio: { idleMinutes: 59 },
      says: /studio\.idleMinutes' must be an integer from 60 to 525600 \(got 59\)/,
    },
    {
      it: "too long an idle time of one",
      studio: { profiles: [{ name: "a", idleMinutes: 525601 }] },
      says: /idleMinutes' must be an integer from 60 to 525600 \(got 525601\)/,
    },
    {
      it: "a type without ml",
      studio: { instanceTypes: ["t3.medium"] },
      says: /instanceTypes\[0\]' must be a type such as ml\.t3\.medium \(got "t3\.medium"\)/,
    },
    {
      it: "a type twice",
      studio: { instanceTypes: ["ml.t3.medium", "ml.t3.medium"] },
      says: /instanceTypes' must not name a type twice \(got .*\)/,
    },
    {
      it: "a volume of 4 GB",
      studio: { volumeGb: { default: 4 } },
      says: /volumeGb\.default' must be an integer from 5 to 16384 \(got 4\)/,
    },
    ...[
      "http://pypi.bank.example/simple",
      "https://user:secret@pypi.bank.example/simple",
      "https://pypi.bank.example/simple?a=b",
      "https://pypi.bank.example/$(id)",
      "https://pypi.bank.example/simple\nextra-index-url = https://pypi.org/simple",
    ].map((indexUrl) => ({
      it: `the index ${JSON.stringify(indexUrl)}`,
      studio: { pip: { indexUrl } },
      says: /studio\.pip\.indexUrl' must be an address that begins with https:\/\/.*\(got .*\)/,
    })),
    {
      it: "a certificate that is none",
      studio: { pip: { indexUrl: "https://a.example", trustedCertificate: "x" } },
      says: /trustedCertificate' must be certificates as PEM.*\(got "x"\)/,
    },
    {
      it: "an e-mail domain with @",
      studio: { git: { emailDomain: "@bank.example" } },
      says: /git\.emailDomain' must be a domain.*\(got "@bank\.example"\)/,
    },
    ...["docker.io/library/python:3", "111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio", `${image()}0`].map((imageUri) => ({
      it: `the image ${imageUri.slice(0, 60)}`,
      studio: { images: [{ name: "i", imageUri }] },
      says: /images\[0\]\.imageUri' must be an image of ECR.*\(got .*\)/,
    })),
    ...["sagemaker", "port-", "port-0a1b 2c3d", "prod-0a1b2c3d4e5f6", `port-${"a".repeat(96)}`].map((projectsPortfolioId) => ({
      it: `the portfolio ${JSON.stringify(projectsPortfolioId.slice(0, 20))}`,
      studio: { projectsPortfolioId },
      says: /studio\.projectsPortfolioId' must be the id of a portfolio of Service Catalog, such as port-0a1b2c3d4e5f6 \(got .*\)/,
    })),
    {
      it: "a role that is none",
      studio: { profiles: [{ name: "ana", roleArn: "arn:aws:iam::1:user/x" }] },
      says: /roleArn' must be the ARN of a role \(got .*\)/,
    },
  ];
  for (const { it: what, studio, says } of wrong)
    it(`refuse ${what}`, () => {
      const problems = read(studio);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, says);
    });

  it("take a name as a profile with nothing else", () =>
    assert.deepEqual(studioSettings().parse({ profiles: ["ana", { name: "bo" }] }).profiles, [{ name: "ana" }, { name: "bo" }]));

  it("say of each person what holds: own values before those of all", () => {
    const settings = studioSettings().parse({
      profiles: [
        "ana",
        { name: "bo", person: "bo@else.example", gitName: "Bo O'Neil", idleMinutes: 60, instanceTypes: ["ml.m5.large", "ml.t3.large"] },
      ],
      git: { emailDomain: "bank.example" },
    });
    const [ana, bo] = studioMembers(settings);
    assert.deepEqual(
      [ana!.name, ana!.git, ana!.idleMinutes, ana!.hasOwnRules],
      ["ana", { name: "ana", email: "ana@bank.example" }, 120, false],
    );
    assert.deepEqual(
      [bo!.name, bo!.git, bo!.idleMinutes, bo!.defaultInstanceType, bo!.hasOwnRules],
      ["bo@else.example", { name: "Bo O'Neil", email: "bo@else.example" }, 60, "ml.m5.large", true],
    );
  });
});

describe("instance types of Studio", () => {
  const known = Object.values<string>(sagemaker.AppInstanceType);
  it("are such that AWS knows them, each once", () => {
    assert.deepEqual(
      appInstanceTypes.filter((type) => !known.includes(type)),
      [],
    );
    assert.equal(new Set(appInstanceTypes).size, appInstanceTypes.length);
  });
  it("are hidden when they are not allowed, but for the machine that the portal itself runs on", () => {
    const hidden = hiddenTypes(["ml.t3.medium"]);
    assert.equal(hidden.length, appInstanceTypes.length - 1);
    assert.ok(!hidden.includes("ml.t3.medium") && !hidden.includes("system"));
  });
});
