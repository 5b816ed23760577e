// Settings of Studio, the members they describe, and the instance types that the Studio UI hides.
import assert from "node:assert/strict";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { parseSettings } from "@cloister/components/stack/config";
import { problemText } from "@cloister/components/stack/preflight";
import { appInstanceTypes, notebookInstanceTypes, hiddenInstanceTypesFor } from "@cloister/components/studio/instance-types";
import { studioMembers } from "@cloister/components/studio/members";
import { studioSettings } from "@cloister/components/studio/settings";
import { z } from "zod";
import { imageUri } from "../../helpers/studio";

describe("Studio settings", () => {
  const schema = z.strictObject({ studio: studioSettings() });
  const read = (studio: Record<string, unknown>) =>
    parseSettings("cloister-environment", schema, { studio: JSON.stringify(studio) }).problems.map(problemText);
  const rejected: { it: string; studio: Record<string, unknown>; problem: RegExp }[] = [
    {
      it: "a name of few letters and many dashes, which is longer than AWS accepts",
      studio: { profiles: [`a${"-".repeat(62)}b`] },
      problem: /studio\.profiles\[0\]' must be 1 to 63 letters, digits and dashes \(got /,
    },
    ...["a--b", `a${"b".repeat(24)}`, `a${"-b".repeat(13)}`].map((name) => ({
      it: `the image name ${name}`,
      studio: { images: [{ name, imageUri }] },
      problem: /studio\.images\[0\]\.name' must be 1 to 24 letters, digits and single dashes \(got /,
    })),
    {
      it: "a profile name with a space",
      studio: { profiles: ["ana horvat"] },
      problem:
        /studio\.profiles\[0\]' must be 1 to 63 letters, digits and dashes \(got "ana horvat"\)\. Fix: pulumi config set --path 'cloister-environment:studio\.profiles\[0\]\S*' <value>/,
    },
    {
      it: "a profile without a name",
      studio: { profiles: [{ person: "ana" }] },
      problem: /studio\.profiles\[0\]\.name' is missing\. It must be 1 to 63/,
    },
    {
      it: "a misspelled key in a profile",
      studio: { profiles: [{ name: "ana", idleMinute: 60 }] },
      problem: /studio\.profiles\[0\]\.idleMinute' is not a setting\. Did you mean 'idleMinutes'\?/,
    },
    {
      it: "a number instead of a profile",
      studio: { profiles: [5] },
      problem: /studio\.profiles\[0\]' must be a name of 1 to 63 .*, or an object with the keys name, person.*\(got 5\)/,
    },
    ...["ana horvat", "ana\n", "ana<x>", 'a"b', "$(id)", "`id`", "a'b", "a;b", "x".repeat(129), ""].map((person) => ({
      it: `the user ${JSON.stringify(person).slice(0, 20)}`,
      studio: { profiles: [{ name: "ana", person }] },
      problem: /studio\.profiles\[0\]\.person' must be 1 to 128 letters, digits and _ \. \+ = @ - \(got .*\)/,
    })),
    ...["a\nb", "a\tb", "a <b>", "\u202eevil", ""].map((gitName) => ({
      it: `the Git name ${JSON.stringify(gitName)}`,
      studio: { profiles: [{ name: "ana", gitName }] },
      problem: /studio\.profiles\[0\]\.gitName' must be 1 to 100 characters without line breaks.*\(got .*\)/,
    })),
    {
      it: "an idle time below the minimum",
      studio: { idleMinutes: 59 },
      problem: /studio\.idleMinutes' must be an integer from 60 to 525600 \(got 59\)/,
    },
    {
      it: "a profile's idle time over the maximum",
      studio: { profiles: [{ name: "a", idleMinutes: 525601 }] },
      problem: /idleMinutes' must be an integer from 60 to 525600 \(got 525601\)/,
    },
    {
      it: "an instance type without the prefix ml.",
      studio: { instanceTypes: ["t3.medium"] },
      problem: /instanceTypes\[0\]' must be an instance type such as ml\.t3\.medium \(got "t3\.medium"\)/,
    },
    {
      it: "a repeated instance type",
      studio: { instanceTypes: ["ml.t3.medium", "ml.t3.medium"] },
      problem: /instanceTypes' must not repeat an instance type \(got .*\)/,
    },
    {
      it: "a volume of 4 GB",
      studio: { volumeGb: { default: 4 } },
      problem: /volumeGb\.default' must be an integer from 5 to 16384 \(got 4\)/,
    },
    ...[
      "http://pypi.bank.example/simple",
      "https://user:secret@pypi.bank.example/simple",
      "https://pypi.bank.example/simple?a=b",
      "https://pypi.bank.example/$(id)",
      "https://pypi..example/simple",
      "https://.example/simple",
      "https://pypi.bank.example:65536/simple",
      "https://pypi.bank.example/simple\nextra-index-url = https://pypi.org/simple",
    ].map((indexUrl) => ({
      it: `the index ${JSON.stringify(indexUrl)}`,
      studio: { pip: { indexUrl } },
      problem: /studio\.pip\.indexUrl' must be a URL that begins with https:\/\/.*\(got .*\)/,
    })),
    {
      it: "a certificate that is not PEM",
      studio: { pip: { indexUrl: "https://a.example", trustedCertificate: "x" } },
      problem: /trustedCertificate' must be PEM certificates.*\(got "x"\)/,
    },
    {
      it: "an email domain with @",
      studio: { git: { emailDomain: "@bank.example" } },
      problem: /git\.emailDomain' must be a domain.*\(got "@bank\.example"\)/,
    },
    ...["docker.io/library/python:3", "111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio", `${imageUri}0`].map((imageUri) => ({
      it: `the image ${imageUri.slice(0, 60)}`,
      studio: { images: [{ name: "i", imageUri }] },
      problem: /images\[0\]\.imageUri' must be an ECR image.*\(got .*\)/,
    })),
    ...["sagemaker", "port-", "port-0a1b 2c3d", "prod-0a1b2c3d4e5f6", `port-${"a".repeat(96)}`].map((projectsPortfolioId) => ({
      it: `the portfolio ${JSON.stringify(projectsPortfolioId.slice(0, 20))}`,
      studio: { projectsPortfolioId },
      problem: /studio\.projectsPortfolioId' must be the ID of a Service Catalog portfolio, such as port-0a1b2c3d4e5f6 \(got .*\)/,
    })),
    {
      it: "an ARN that is not a role ARN",
      studio: { profiles: [{ name: "ana", roleArn: "arn:aws:iam::1:user/x" }] },
      problem: /roleArn' must be the ARN of a role \(got .*\)/,
    },
  ];
  for (const { it: what, studio, problem } of rejected)
    it(`reject ${what}`, () => {
      const problems = read(studio);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, problem);
    });

  it("accept a string as a profile name", () =>
    assert.deepEqual(studioSettings().parse({ profiles: ["ana", { name: "bo" }] }).profiles, [{ name: "ana" }, { name: "bo" }]));

  it("use the profile's values for each member, else the environment's values", () => {
    const settings = studioSettings().parse({
      profiles: [
        "ana",
        { name: "bo", person: "bo@else.example", gitName: "Bo O'Neil", idleMinutes: 60, instanceTypes: ["ml.m5.large", "ml.t3.large"] },
      ],
      git: { emailDomain: "bank.example" },
    });
    const [ana, bo] = studioMembers(settings);
    assert.deepEqual([ana!.userName, ana!.git, ana!.idleMinutes], ["ana", { name: "ana", email: "ana@bank.example" }, 120]);
    assert.deepEqual(
      [bo!.userName, bo!.git, bo!.idleMinutes, bo!.defaultInstanceType],
      ["bo@else.example", { name: "Bo O'Neil", email: "bo@else.example" }, 60, "ml.m5.large"],
    );
  });
});

describe("Studio instance types", () => {
  const known = Object.values<string>(sagemaker.AppInstanceType);
  it("exist in AWS and are unique", () => {
    assert.deepEqual(
      appInstanceTypes.filter((type) => !known.includes(type)),
      [],
    );
    assert.equal(new Set(appInstanceTypes).size, appInstanceTypes.length);
  });
  it("of notebook instances exist in AWS and are unique", () => {
    const ofNotebooks = Object.values<string>(sagemaker._InstanceType);
    assert.deepEqual(
      notebookInstanceTypes.filter((type) => !ofNotebooks.includes(type)),
      [],
    );
    assert.equal(new Set(notebookInstanceTypes).size, notebookInstanceTypes.length);
  });
  it("are hidden if they are not allowed, except system, because the Studio UI uses it", () => {
    const hidden = hiddenInstanceTypesFor(["ml.t3.medium"]);
    assert.equal(hidden.length, appInstanceTypes.length - 1);
    assert.ok(!hidden.includes("ml.t3.medium") && !hidden.includes("system"));
  });
});
