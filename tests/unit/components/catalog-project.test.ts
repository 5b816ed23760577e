// Evaluates the templates and rules of the products of an environment, for all allowed combinations of parameters.
// Does not prove that CloudFormation deploys the templates.
import assert from "node:assert/strict";
import { notebookConstraint, notebookNameSuffix, notebookTemplate } from "@cloister/components/catalog/project/notebook";
import { type Template, type TemplateConstraint } from "@cloister/components/catalog/project/template";
import { environmentStages } from "@cloister/components/identity/permissions/environment-launch";
import { launchedSpaceName, userProfileConstraint, userProfileTemplate } from "@cloister/components/catalog/project/user-profile";
import { appInstanceTypes, notebookInstanceTypes, templateInstanceTypes } from "@cloister/components/studio/instance-types";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { isTree, resolve } from "@cloister/policy-pack/translation/intrinsics";
import { notebookPlan, userProfilePlan } from "../../helpers/catalog";
import { evaluateResource, evaluateStack, type TestResource } from "../../helpers/evaluate";
import { recordedTypes } from "../../helpers/resource-types";
import { createStudio, types } from "../../helpers/studio";
import { type Launch, launchProblems } from "../../helpers/template-rules";
import { ofType } from "../../programs/world";

/** All allowed values of each parameter; for numbers, the limits and the default. */
function* launchesOf({ Parameters }: Template, texts: Record<string, string[]>): Generator<Launch> {
  const names = Object.keys(Parameters);
  const valuesOf = (name: string) => {
    const { AllowedValues, MinValue, MaxValue, Default } = Parameters[name]!;
    return texts[name] ?? AllowedValues ?? [...new Set([MinValue!, MaxValue!, Default!])];
  };
  function* below([name, ...rest]: string[], launch: Launch): Generator<Launch> {
    if (name === undefined) yield launch;
    else for (const value of valuesOf(name)) yield* below(rest, { ...launch, [name]: value });
  }
  yield* below(names, {});
}

/** The properties of the resources for one launch. */
function resourcesOf(template: Template, launch: Launch): Record<string, Record<string, unknown>> {
  const scope = { parameters: launch, mappings: template.Mappings ?? {}, conditions: template.Conditions ?? {}, resources: {} };
  return Object.fromEntries(
    Object.entries(template.Resources).map(([id, { Properties }]) => [id, resolve(scope, Properties) as Record<string, unknown>]),
  );
}

/** Name of the notebook instance of a launch. */
const instanceOf = (name: string, owner: string) => `fraud-dev-catalog-${name}-${notebookNameSuffix(owner)}`;

/** No guardrail evaluates spaces, whose network and key are those of the domain. */
const reviewed = { "no-opaque-resources": { allowedTypes: ["AWS::SageMaker::Space"] } };

async function violationsOf(template: Template, parameters: Launch): Promise<string[]> {
  const stack: TestResource = {
    type: "aws:cloudformation/stack:Stack",
    name: "product",
    props: { templateBody: JSON.stringify(template), parameters },
  };
  const found: string[] = [];
  for (const rule of catalogue) {
    const settings = reviewed[rule.name as keyof typeof reviewed];
    const { outcome, violations } = await evaluateResource(rule, stack.type, stack.props as object, settings);
    if (outcome === "unknown") found.push(`${rule.name}: unknown`);
    found.push(...violations.map((message) => `${rule.name}: ${message}`));
    found.push(...(await evaluateStack(rule, [stack], settings)).violations.map(({ message }) => `${rule.name}: ${message}`));
  }
  return [...new Set(found)];
}

interface Product {
  template: Template;
  constraint: TemplateConstraint;
  /** Values of parameters that are texts. */
  texts: Record<string, string[]>;
  /** An allowed launch. */
  example: Launch;
  /** Changes of the example that a parameter or a rule rejects, with the message. */
  rejected: [change: Launch, message: RegExp][];
}

const allTypes = "must be one of ml.t3.medium, ml.m5.xlarge";
const products: Record<string, Product> = {
  "notebook instance": {
    template: notebookTemplate(notebookPlan),
    constraint: notebookConstraint(notebookPlan),
    texts: { Name: ["a", "ledger-2", "x".repeat(24)] },
    example: { Name: "ledger", Owner: "bo-li" },
    rejected: [
      [{ Owner: "nobody" }, /^Parameter 'Owner' failed to satisfy constraint: must be one of ana-horvat, bo-li, eva$/],
      [{ InstanceType: "ml.p3.2xlarge" }, new RegExp(`^Parameter 'InstanceType' failed to satisfy constraint: ${allTypes}$`)],
      [{ InstanceType: "ml.m5.xlarge" }, /^Rule InstanceTypes2 failed: The instance type of bo-li must be one of ml\.t3\.medium\.$/],
      [{ VolumeSize: 4 }, /^Parameter 'VolumeSize' failed to satisfy constraint: must be from 5 to 100$/],
      [{ VolumeSize: 101 }, /^Parameter 'VolumeSize' failed to satisfy constraint: must be from 5 to 100$/],
      [{ VolumeSize: "large" }, /^Parameter 'VolumeSize' must be a number$/],
      ...["", "a--b", "-a", "a_b", "x".repeat(25), "${AWS::AccountId}", "a\nb"].map((Name): [Launch, RegExp] => [
        { Name },
        /^Parameter 'Name' failed to satisfy constraint: must be 1 to 24 letters, digits and single dashes$/,
      ]),
      [{ RootAccess: "Enabled" }, /^Parameters: \[RootAccess\] do not exist in the template$/],
    ],
  },
  "Studio user profile and space": {
    template: userProfileTemplate(userProfilePlan),
    constraint: userProfileConstraint(userProfilePlan),
    texts: {},
    example: { App: "JupyterLab" },
    rejected: [
      ...["Profile", "Owner", "Person", "ExecutionRole", "Tags"].map((name): [Launch, RegExp] => [
        { [name]: "lea-novak" },
        new RegExp(`^Parameters: \\[${name}\\] do not exist in the template$`),
      ]),
      [{ App: "JupyterServer" }, /^Parameter 'App' failed to satisfy constraint: must be one of JupyterLab, CodeEditor$/],
      [
        { InstanceType: "ml.g5.xlarge" },
        /^Parameter 'InstanceType' failed to satisfy constraint: must be one of ml\.t3\.medium, ml\.m5\.large$/,
      ],
      [{ VolumeSize: 4 }, /^Parameter 'VolumeSize' failed to satisfy constraint: must be from 5 to 100$/],
      [{ VolumeSize: 101 }, /^Parameter 'VolumeSize' failed to satisfy constraint: must be from 5 to 100$/],
      [{ VolumeSize: "large" }, /^Parameter 'VolumeSize' must be a number$/],
    ],
  },
};

describe("products of an environment", () => {
  for (const [name, { template, constraint, texts, example, rejected }] of Object.entries(products))
    describe(name, () => {
      const launches = [...launchesOf(template, texts)];
      const allowed = launches.filter((launch) => launchProblems(template, constraint, launch).length === 0);

      it("resolves every property, and meets every guardrail, in each allowed launch", async () => {
        assert.ok(allowed.length >= 8, String(allowed.length));
        // Guardrails evaluate no name, so one name is enough.
        for (const launch of allowed.filter(({ Name }) => Name === undefined || Name === "a")) {
          for (const properties of Object.values(resourcesOf(template, launch)))
            assert.doesNotMatch(JSON.stringify(properties), /"(Ref|Fn::|reason)|\$\{/);
          const found = await violationsOf(template, launch);
          // The environment's stack associates the rule group with the VPC.
          assert.deepEqual(
            found.filter((item) => !item.startsWith("network-dns-firewall")),
            [],
            JSON.stringify(launch),
          );
        }
      });

      it("violates guardrails if a resource has no restrictions", async () => {
        const open = Object.entries(template.Resources).map(([id, resource]) => [
          id,
          { ...resource, Properties: { UserSettings: { SecurityGroups: [] }, DirectInternetAccess: "Enabled" } },
        ]);
        assert.notDeepEqual(await violationsOf({ ...template, Resources: Object.fromEntries(open) as Template["Resources"] }, example), []);
      });

      it("accepts an example with the default values", () => assert.deepEqual(launchProblems(template, constraint, example), []));
      for (const [change, message] of rejected)
        it(`rejects ${JSON.stringify(change)}`, () => {
          const problems = launchProblems(template, constraint, { ...example, ...change });
          assert.equal(problems.length, 1, problems.join("\n"));
          assert.match(problems[0]!, message);
        });

      it("has a label and a group for each parameter", () => {
        const { ParameterGroups, ParameterLabels } = template.Metadata["AWS::CloudFormation::Interface"];
        const grouped = (ParameterGroups as { Parameters: string[] }[]).flatMap(({ Parameters }) => Parameters);
        assert.deepEqual(grouped, Object.keys(template.Parameters));
        assert.deepEqual(Object.keys(ParameterLabels), grouped);
      });

      it("has outputs that contain only texts of the launch", () => {
        const scope = { parameters: example, mappings: template.Mappings ?? {}, conditions: {}, resources: {} };
        for (const { Value } of Object.values(template.Outputs)) assert.equal(typeof resolve(scope, Value), "string");
      });

      it("has a link to the console only outside a closed network", () => assert.equal(template.Outputs.ConsoleUrl, undefined));
    });

  it("has links to the console if users work from anywhere", () => {
    const parameters = { Name: "ledger", Owner: "bo-li" };
    const links = [
      notebookTemplate({ ...notebookPlan, hasConsole: true }),
      userProfileTemplate({ ...userProfilePlan, hasConsole: true }),
    ].map(({ Mappings = {}, Outputs }) =>
      resolve({ parameters, mappings: Mappings, conditions: {}, resources: {} }, Outputs.ConsoleUrl!.Value),
    );
    assert.deepEqual(links, [
      `https://eu-central-1.console.aws.amazon.com/sagemaker/home?region=eu-central-1#/notebook-instances/${instanceOf("ledger", "bo-li")}`,
      "https://eu-central-1.console.aws.amazon.com/sagemaker/home?region=eu-central-1#/studio/d-0a1b2c3d4e5f/user/ivo",
    ]);
    const isolated = { ...notebookPlan.context, partition: "aws-iso" };
    assert.equal(notebookTemplate({ ...notebookPlan, hasConsole: true, context: isolated }).Outputs.ConsoleUrl, undefined);
  });

  it("has another name for each owner, so that a change of the owner replaces the notebook instance", () => {
    const { Type } = notebookTemplate(notebookPlan).Resources.Notebook!;
    const { createOnly } = recordedTypes()[Type as keyof ReturnType<typeof recordedTypes>];
    assert.ok(createOnly.includes("/properties/NotebookInstanceName"));
    const launched = notebookPlan.owners.map(({ profile }) => {
      const launch = { Name: "ledger", Owner: profile, InstanceType: "ml.t3.medium", VolumeSize: 5 };
      return resourcesOf(notebookTemplate(notebookPlan), launch).Notebook!;
    });
    assert.deepEqual(
      launched.map(({ NotebookInstanceName }) => NotebookInstanceName),
      notebookPlan.owners.map(({ profile }) => instanceOf("ledger", profile)),
    );
    assert.equal(new Set(launched.map(({ NotebookInstanceName }) => NotebookInstanceName)).size, notebookPlan.owners.length);
  });

  it("has names of notebook instances within the limit of SageMaker, with the longest environment, name and profile", () => {
    const environment = `${"t".repeat(15)}-${[...environmentStages].sort((a, b) => b.length - a.length)[0]!}`;
    const owners = [{ ...notebookPlan.owners[0]!, profile: "p".repeat(63) }];
    const launch = { Name: "n".repeat(24), Owner: "p".repeat(63), InstanceType: "ml.t3.medium", VolumeSize: 5 };
    const { Notebook } = resourcesOf(notebookTemplate({ ...notebookPlan, environment, owners }), launch);
    // Source: AWS API `CreateNotebookInstance`.
    assert.match(String(Notebook!.NotebookInstanceName), /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
  });

  it("has one rule without a condition if all owners have the same instance types", () => {
    const owners = notebookPlan.owners.map((owner) => ({ ...owner, instanceTypes: ["ml.t3.medium"] }));
    assert.deepEqual(notebookConstraint({ ...notebookPlan, owners }).Rules, {
      InstanceTypes1: {
        Assertions: [
          {
            Assert: { "Fn::Contains": [["ml.t3.medium"], { Ref: "InstanceType" }] },
            AssertDescription: "The instance type must be one of ml.t3.medium.",
          },
        ],
      },
    });
  });

  it("uses the Identity Center user of a profile if members sign in through IAM Identity Center", () => {
    const template = userProfileTemplate({ ...userProfilePlan, signIn: "identity-center" });
    const { UserProfile } = resourcesOf(template, { App: "CodeEditor", InstanceType: "ml.t3.medium", VolumeSize: 5 });
    assert.equal(UserProfile!.SingleSignOnUserIdentifier, "UserName");
    assert.equal(UserProfile!.SingleSignOnUserValue, "ivo@bank.example");
    assert.deepEqual(Object.keys(template.Outputs), ["StudioUrl"]);
  });

  it("has the instance types that spaces can have in templates", () => {
    const { appTypes } = recordedTypes()["AWS::SageMaker::Space"];
    assert.deepEqual(
      templateInstanceTypes.filter((type) => !appTypes.includes(type)),
      [],
    );
    assert.deepEqual(
      appInstanceTypes.filter((type) => appTypes.includes(type) && !templateInstanceTypes.includes(type)),
      [],
    );
    assert.ok(notebookPlan.owners.every(({ instanceTypes }) => instanceTypes.every((type) => notebookInstanceTypes.includes(type))));
  });

  it("has properties that a new version of the product can change without a replacement, except what no version changes", () => {
    const changed = (template: Template, other: Template) =>
      Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
        Object.keys(Properties)
          .filter((name) => JSON.stringify(Properties[name]) !== JSON.stringify(other.Resources[id]!.Properties[name]))
          .filter((name) => recordedTypes()[Type as keyof ReturnType<typeof recordedTypes>].createOnly.includes(`/properties/${name}`))
          .map((name) => `${id}.${name}`),
      );
    const larger = { default: 50, maximum: 500 };
    const tags = { ...notebookPlan.tags, "cost-center": "4713" };
    const owners = notebookPlan.owners.map((owner) => ({ ...owner, lifecycleConfigName: "new", roleArn: `${owner.roleArn}x` }));
    assert.deepEqual(changed(notebookTemplate(notebookPlan), notebookTemplate({ ...notebookPlan, owners, tags, volumeGb: larger })), []);
    const profile = {
      ...userProfilePlan,
      tags,
      volumeGb: larger,
      instanceTypes: ["ml.m5.large"],
      repositories: ["https://git.bank.example/a"],
    };
    assert.deepEqual(changed(userProfileTemplate(userProfilePlan), userProfileTemplate(profile)), []);
    assert.deepEqual(changed(notebookTemplate(notebookPlan), notebookTemplate({ ...notebookPlan, keyArn: "arn:new" })), [
      "Notebook.KmsKeyId",
    ]);
  });

  describe("in CloudFormation and Pulumi", () => {
    /** The same properties as sent to SageMaker, without names, ARNs and tags that differ by the example. */
    const withoutExamples = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(withoutExamples);
      if (!isTree(value)) return typeof value === "string" && /^(arn:|sg-|subnet-|d-)|_id$|-id$/.test(value) ? "example" : value;
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutExamples(item)]));
    };
    /** Names of the provider's arguments in the AWS API, where they differ in more than the first letter. */
    const apiNames: Record<string, string> = {
      name: "NotebookInstanceName",
      securityGroups: "SecurityGroupIds",
      volumeSize: "VolumeSizeInGB",
    };
    const api = (value: unknown, depth = 0): unknown => {
      if (Array.isArray(value)) return value.map((item) => api(item, depth + 1));
      if (!isTree(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          (depth === 0 ? apiNames[name] : undefined) ?? name[0]!.toUpperCase() + name.slice(1),
          name === "tags" ? Object.entries(item as object).map(([Key, Value]) => ({ Key, Value: Value as unknown })) : api(item, depth + 1),
        ]),
      );
    };

    it("a notebook instance has the same properties", async () => {
      const world = await createStudio({
        profiles: [{ name: "bo-li", person: "bo.li@bank.example" }],
        notebooks: [{ name: `catalog-ledger-${notebookNameSuffix("bo-li")}`, owner: "bo-li", volumeGb: 30, instanceType: "ml.t3.medium" }],
      });
      const [created] = ofType(world, types.notebook);
      const { Notebook } = resourcesOf(notebookTemplate({ ...notebookPlan, tags: {} }), {
        Name: "ledger",
        Owner: "bo-li",
        InstanceType: "ml.t3.medium",
        VolumeSize: 30,
      });
      const expected = api(created!.inputs) as Record<string, unknown>;
      assert.deepEqual(Object.keys(Notebook!).sort(), Object.keys(expected).sort());
      for (const name of ["DirectInternetAccess", "RootAccess", "PlatformIdentifier", "InstanceMetadataServiceConfiguration", "Tags"])
        assert.deepEqual(Notebook![name], expected[name], name);
      assert.equal(Notebook!.NotebookInstanceName, expected.NotebookInstanceName);
      assert.equal(Number(Notebook!.VolumeSizeInGB), expected.VolumeSizeInGB);
    });

    it("a profile and a space have the same properties, except the idle time", async () => {
      const world = await createStudio({
        profiles: [{ name: "ivo", person: "ivo@bank.example" }],
        instanceTypes: [...userProfilePlan.instanceTypes],
        spaces: [{ name: launchedSpaceName("ivo"), owner: "ivo", volumeGb: 7, instanceType: "ml.m5.large" }],
      });
      const { UserProfile, Space } = resourcesOf(userProfileTemplate({ ...userProfilePlan, tags: {} }), {
        App: "JupyterLab",
        InstanceType: "ml.m5.large",
        VolumeSize: 7,
      });
      const profile = api(ofType(world, types.profile)[0]!.inputs) as Record<string, Record<string, Record<string, unknown>>>;
      for (const app of ["JupyterLabAppSettings", "CodeEditorAppSettings"]) delete profile.UserSettings![app]!.AppLifecycleManagement;
      delete profile.UserSettings!.StudioWebPortalSettings!.HiddenAppTypes;
      const settings = withoutExamples(UserProfile!.UserSettings) as Record<string, unknown>;
      const expected = withoutExamples(profile.UserSettings) as Record<string, unknown>;
      assert.deepEqual(Object.keys(settings).sort(), Object.keys(expected).sort());
      for (const name of ["StudioWebPortalSettings", "SpaceStorageSettings", "SharingSettings"])
        assert.deepEqual(settings[name], expected[name], name);
      assert.deepEqual(UserProfile!.Tags, profile.Tags);
      const space = api(ofType(world, types.space)[0]!.inputs) as Record<string, Record<string, unknown>>;
      assert.deepEqual(Object.keys(Space!).sort(), Object.keys(space).sort());
      for (const name of ["SpaceName", "OwnershipSettings", "SpaceSharingSettings", "SpaceSettings", "Tags"])
        assert.deepEqual(JSON.stringify(Space![name]), JSON.stringify(space[name]), name);
    });
  });
});
