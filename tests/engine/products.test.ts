import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { launchedSpaceName, notebookNameSuffix } from "@cloister/components/catalog";
import { deployStack, destroyStack, type Outcome, previewStack, root } from "@cloister/cli";
import { drain, drainSources, requireDrained } from "@cloister/cli/testing";
import { type World } from "@cloister/sandbox";
import { parse } from "yaml";
import { documentedCalls } from "../helpers/documented-commands";
import { atOnce, changesIn, planOf, quiet, setUp, type Stage, until } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";

// Deploys the products of an environment, and launches, updates and terminates them as a data scientist, with the commands in
// docs/catalog.md. Uses the real engine, provider and policy pack against the sandbox.
// Not proven, because it needs AWS: that the policies of the user and of the launch role allow the calls, and timing.

type Item = Record<string, unknown>;
type Call = <T = Item>(call: string, input?: object) => Promise<T>;

interface RecordView {
  RecordDetail: { RecordId: string; Status: string; RecordErrors?: { Description: string }[] };
  RecordOutputs?: { OutputKey: string; OutputValue: string }[];
}
interface Version {
  Id: string;
  Name: string;
}

/** The commands in the documentation, by product and operation. */
const documented = {
  notebook: documentedCalls("catalog.md", "servicecatalog", "notebook instance"),
  profile: documentedCalls("catalog.md", "servicecatalog", "Studio user profile"),
};
type Product = keyof typeof documented;

/** The settings in the documentation, by full name and path. */
function documentedSettings(): Record<string, unknown> {
  const text = fs.readFileSync(path.join(root, "docs", "catalog.md"), "utf8");
  const settings = parse(/```yaml\n(.*?)```/s.exec(text)![1]!) as Record<string, Item>;
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, members]) => Object.entries(members).map(([name, value]) => [`${key}.${name}`, value])),
  );
}

/** Calls operations with the session of a caller. Rejects on an error of the API. */
function calls(world: World, session: Record<string, string> = {}): Call {
  const client = javascript({ ...world, env: { ...world.env, ...session } });
  return async <T>(call: string, input: object = {}) => {
    const [service, operation] = call.split(":") as [string, string];
    const { output, error, message } = await client({ service, operation, input, account: world.hubAccount });
    assert.equal(error, undefined, `${call}: ${message}`);
    return output as T;
  };
}

const without = (item: object, members: readonly string[]) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !members.includes(name)));

describe("products of an environment", function () {
  this.timeout(600_000);
  const hub = planOf("bank-hub");
  const environment = planOf("fraud-dev");
  let stage: Stage;
  let first: Outcome;
  let administrator: Call;
  let scientist: Call;
  const ids: Record<Product, { prod: string; pa: string; rec: string }> = {
    notebook: { prod: "", pa: "", rec: "" },
    profile: { prod: "", pa: "", rec: "" },
  };
  const instanceOf = (profile: string) => `fraud-dev-catalog-ledger-${notebookNameSuffix(profile)}`;
  const instance = instanceOf("ana-horvat");

  const studio = {
    profiles: ["ana-horvat", { name: "bo-li", instanceTypes: ["ml.t3.medium"] }, "eva"],
    spaces: [{ name: "eva", owner: "eva", volumeGb: 20, instanceType: "ml.t3.medium" }],
    notebooks: [{ name: "ledger", owner: "ana-horvat", volumeGb: 20 }],
  };
  const set = {
    ...documentedSettings(),
    "cloister-environment:guardrails": { profile: "strict" },
    "cloister-environment:studio": studio,
  };
  const changed = {
    ...set,
    "cloister-environment:catalog.notebooks.instanceTypes": ["ml.t3.medium", "ml.m5.2xlarge", "ml.m5.xlarge"],
    "cloister-environment:studio": { ...studio, volumeGb: { maximum: 200 } },
  };
  const deploy = (settings: Record<string, unknown>) => deployStack(stage.session, environment, { ...atOnce, set: settings });

  /** Runs a command in the documentation, with real ids, and with changed members of the request. */
  const command = <T = Item>(operation: string, changes: object = {}, product: Product = "notebook"): Promise<T> => {
    const { input } = documented[product].get(operation)!;
    const text = JSON.stringify(input).replace(
      /\b(prod|pa|rec)-0a1b2c3d4e5f6\b/g,
      (_, kind: keyof typeof ids.notebook) => ids[product][kind],
    );
    return scientist<T>(`servicecatalog:${operation}`, { ...(JSON.parse(text) as object), ...changes });
  };
  /** Runs a command that changes a provisioned product, and returns its record when the operation has ended. */
  async function complete(operation: string, changes: object = {}, product: Product = "notebook") {
    const { RecordDetail } = await command<RecordView>(operation, changes, product);
    ids[product].rec = RecordDetail.RecordId;
    const ended = async () => {
      const view = await command<RecordView>("DescribeRecord", {}, product);
      return view.RecordDetail.Status !== "IN_PROGRESS" && view;
    };
    const { RecordDetail: detail, RecordOutputs = [] } = await until(ended, operation, 10_000);
    return {
      status: detail.Status,
      errors: (detail.RecordErrors ?? []).map(({ Description }) => Description).join("\n"),
      outputs: Object.fromEntries(RecordOutputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    };
  }
  const parameters = (values: Record<string, string>) => ({
    ProvisioningParameters: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
  });
  const versions = async (product: Product = "notebook") =>
    (await command<{ ProvisioningArtifacts: Version[] }>("DescribeProduct", {}, product)).ProvisioningArtifacts;
  /** The only version that can be launched. */
  async function usableVersion(product: Product): Promise<string> {
    const usable = (await versions(product)).filter(({ Name }) => Name !== "first");
    assert.equal(usable.length, 1);
    return usable[0]!.Id;
  }
  const describeInstance = (NotebookInstanceName: string) => administrator("sagemaker:DescribeNotebookInstance", { NotebookInstanceName });
  const instances = async () =>
    (await administrator<{ NotebookInstances: Item[] }>("sagemaker:ListNotebookInstances")).NotebookInstances.map(
      ({ NotebookInstanceName }) => NotebookInstanceName,
    ).sort();
  /** Changes in SageMaker since a time, each with its caller. */
  const changesBy = async (since: Date) =>
    (await stage.control.journal({ service: "sagemaker", since: since.toISOString(), result: "ok" }))
      .filter((call) => changesIn([call]).length > 0)
      .map(({ operation, principal }) => `${operation} by ${/assumed-role\/(.*)/.exec(principal!)![1]!.replace(/-[0-9a-f]{7}\//, "/")}`);
  const launchRole = "fraud-dev-launch-notebook/servicecatalog";
  const profileRole = "fraud-dev-launch-profile-ana-horvat/servicecatalog";
  const domainId = () => String(first.outputs.domainId);
  const space = () => ({ DomainId: domainId(), SpaceName: launchedSpaceName("ana-horvat") });
  const inSpace = () => ({ ...space(), AppType: "JupyterLab", AppName: "default" });
  const succeeded = { status: "SUCCEEDED", errors: "" };
  const result = ({ status, errors }: { status: string; errors: string }) => ({ status, errors });

  before(async () => {
    stage = await setUp("products");
    administrator = calls(stage.world);
    await deployStack(stage.session, hub, atOnce);
    first = await deploy(set);
    const { arn } = (first.outputs.people as Record<string, { arn: string }>)["data-scientist"]!;
    const { Credentials: given } = await administrator<{ Credentials: Record<string, string> }>("sts:AssumeRole", {
      RoleArn: arn,
      RoleSessionName: "ana-horvat",
    });
    scientist = calls(stage.world, {
      AWS_ACCESS_KEY_ID: given.AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: given.SecretAccessKey!,
      AWS_SESSION_TOKEN: given.SessionToken!,
    });
  });
  after(() => stage.end());

  it("are deployed with the settings in docs/catalog.md, and have no changes when they are deployed again", async () => {
    assert.deepEqual(first.violations, []);
    assert.deepEqual((await previewStack(stage.session, environment, { ...quiet, set })).steps, []);
  });

  it("are found and launched by a data scientist with the commands in docs/catalog.md", async () => {
    const started = new Date();
    const { ProductViewSummaries } = await command<{ ProductViewSummaries: Record<string, string>[] }>("SearchProducts");
    const found = ProductViewSummaries.sort((a, b) => (a.Name! < b.Name! ? -1 : 1));
    const outputs = first.outputs.products as Record<string, Item>;
    assert.deepEqual(
      found.map(({ Name, ProductId }) => [Name, ProductId]),
      [
        ["fraud-dev Studio user profile and space of ana-horvat", outputs["profile-ana-horvat"]!.productId],
        ["fraud-dev notebook instance", outputs.notebook!.productId],
      ],
    );
    [ids.profile.prod, ids.notebook.prod] = found.map(({ ProductId }) => ProductId) as [string, string];
    ids.notebook.pa = await usableVersion("notebook");
    const { ProvisioningArtifactParameters: form } = await command<{ ProvisioningArtifactParameters: Item[] }>(
      "DescribeProvisioningParameters",
    );
    const { AllowedValues } = form.find(({ ParameterKey }) => ParameterKey === "InstanceType")!.ParameterConstraints as Item;
    assert.deepEqual(AllowedValues, ["ml.t3.medium", "ml.m5.xlarge"]);

    const launched = await complete("ProvisionProduct");
    assert.deepEqual(result(launched), succeeded);
    assert.deepEqual(Object.keys(launched.outputs).sort(), ["CloudformationStackARN", "OpenCommand", "StartCommand", "StopCommand"]);
    assert.match(launched.outputs.OpenCommand!, new RegExp(`--notebook-instance-name ${instance} `));
    assert.deepEqual(await changesBy(started), [`CreateNotebookInstance by ${launchRole}`]);
  });

  it("create the same notebook instances as the setting studio.notebooks", async () => {
    const [pulumi, launched] = await Promise.all([describeInstance("fraud-dev-ledger"), describeInstance(instance)]);
    const own = ["NotebookInstanceName", "NotebookInstanceArn", "Url", "NetworkInterfaceId", "CreationTime", "LastModifiedTime"];
    const named = ["RoleArn", "NotebookInstanceLifecycleConfigName"];
    assert.deepEqual(without(launched, [...own, ...named]), without(pulumi, [...own, ...named]));
    for (const member of [
      "SubnetId",
      "SecurityGroups",
      "KmsKeyId",
      "RootAccess",
      "DirectInternetAccess",
      "InstanceMetadataServiceConfiguration",
    ])
      assert.ok(launched[member], member);

    const created = await stage.control.journal({ service: "sagemaker", operation: "CreateNotebookInstance", result: "ok" });
    const [fromPulumi, fromProduct] = created.map((call) =>
      without(call.parameters as Item, [...own, "RoleArn", "LifecycleConfigName", "Tags"]),
    );
    assert.deepEqual(fromProduct, fromPulumi);

    // The role and the lifecycle configuration have other names, and the same limits and content.
    const script = async ({ NotebookInstanceLifecycleConfigName }: Item) =>
      (await administrator("sagemaker:DescribeNotebookInstanceLifecycleConfig", { NotebookInstanceLifecycleConfigName })).OnStart;
    assert.deepEqual(await script(launched), await script(pulumi));
    const limits = async ({ RoleArn }: Item) => {
      const { Role } = await administrator<{ Role: Item }>("iam:GetRole", { RoleName: String(RoleArn).split("/").at(-1) });
      const { Path, PermissionsBoundary, AssumeRolePolicyDocument } = Role;
      return { Path, PermissionsBoundary, AssumeRolePolicyDocument };
    };
    assert.deepEqual(await limits(launched), await limits(pulumi));
    const tags = async ({ NotebookInstanceArn: ResourceArn }: Item) =>
      (await administrator<{ Tags: { Key: string; Value: string }[] }>("sagemaker:ListTags", { ResourceArn })).Tags.map(
        ({ Key, Value }) => `${Key}=${Value}`,
      )
        .filter((tag) => !tag.startsWith("aws:"))
        .sort();
    assert.deepEqual(await tags(launched), await tags(pulumi));
  });

  it("create the user profile and the space of the data scientist who launches them", async () => {
    ids.profile.pa = await usableVersion("profile");
    const started = new Date();
    const launched = await complete("ProvisionProduct", {}, "profile");
    assert.deepEqual(result(launched), succeeded);
    assert.deepEqual(Object.keys(launched.outputs).sort(), ["CloudformationStackARN", "OpenCommand"]);
    assert.match(launched.outputs.OpenCommand!, new RegExp(`--domain-id ${domainId()} --user-profile-name ana-horvat `));
    assert.deepEqual(
      await changesBy(started),
      ["CreateUserProfile", "CreateSpace"].map((call) => `${call} by ${profileRole}`),
    );
    const { AuthorizedUrl } = await scientist("sagemaker:CreatePresignedDomainUrl", {
      DomainId: domainId(),
      UserProfileName: "ana-horvat",
    });
    assert.match(String(AuthorizedUrl), /^https:/);
  });

  it("create the same user profiles and spaces as the settings, except the idle time and hidden apps", async () => {
    /** The provider sends empty lists, and lists of texts in another order. */
    const normalized = (_: string, value: unknown) =>
      Array.isArray(value)
        ? value.length === 0
          ? undefined
          : value.every((item) => typeof item === "string")
            ? value.sort()
            : value
        : value;
    /** The calls that created these resources, without the names that differ. */
    const callsOf = async (operation: string, member: string, names = ["eva", "ana-horvat"]) => {
      const made = await stage.control.journal({ service: "sagemaker", operation, result: "ok" });
      return names
        .map((name) => {
          const { Tags, ...call } = made.find(({ parameters: input }) => (input as Item)[member] === name)!.parameters as Item;
          const tags = (Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => `${Key}=${Value}`);
          // Service Catalog and CloudFormation add tags. The scripts of all members are the same.
          return JSON.stringify({ ...call, Tags: tags.filter((tag) => !tag.startsWith("aws:")).sort() }).replaceAll(
            new RegExp(`\\b(${name}|${name.split("--")[0]})\\b`, "g"),
            "<name>",
          );
        })
        .map((text) => JSON.parse(text, normalized) as Item);
    };
    const [fromPulumi, fromProduct] = await callsOf("CreateUserProfile", "UserProfileName");
    const settings = fromPulumi!.UserSettings as Record<string, Item>;
    for (const app of ["JupyterLabAppSettings", "CodeEditorAppSettings"]) delete settings[app]!.AppLifecycleManagement;
    delete settings.StudioWebPortalSettings!.HiddenAppTypes;
    assert.deepEqual(fromProduct, fromPulumi);
    const [spaceOfPulumi, spaceOfProduct] = await callsOf("CreateSpace", "SpaceName", ["eva", launchedSpaceName("ana-horvat")]);
    assert.deepEqual(spaceOfProduct, spaceOfPulumi);
  });

  it("reject settings of a profile that are no parameters", async () => {
    for (const name of ["Profile", "Person", "ExecutionRole"]) {
      const failed = await complete("ProvisionProduct", { ProvisionedProductName: "other", ...parameters({ [name]: "bo-li" }) }, "profile");
      assert.equal(failed.status, "FAILED");
      assert.match(failed.errors, new RegExp(`Parameters: \\[${name}\\] do not exist in the template`));
      assert.deepEqual(result(await complete("TerminateProvisionedProduct", { ProvisionedProductName: "other" }, "profile")), succeeded);
    }
  });

  it("reject a second profile of the same data scientist, and keep the first", async () => {
    const failed = await complete("ProvisionProduct", { ProvisionedProductName: "second" }, "profile");
    assert.equal(failed.status, "FAILED");
    assert.match(failed.errors, /already exists/);
    assert.deepEqual(result(await complete("TerminateProvisionedProduct", { ProvisionedProductName: "second" }, "profile")), succeeded);
    const described = await administrator("sagemaker:DescribeSpace", space());
    assert.equal(described.Status, "InService");
  });

  it("change under the launch role of another product, if AWS accepts an update to this product", async () => {
    const started = new Date();
    const { status } = await complete("UpdateProvisionedProduct", {
      ProductId: ids.profile.prod,
      ProvisioningArtifactId: ids.profile.pa,
      ...parameters({ App: "JupyterLab", InstanceType: "ml.t3.medium", VolumeSize: "20" }),
    });
    // The policy of this role denies the change of a product of another user: tests/unit/components/catalog-launch-roles.test.ts.
    assert.equal(status, "FAILED", "the profile of the user already exists");
    const [update] = await stage.control.journal({ service: "cloudformation", operation: "UpdateStack", since: started.toISOString() });
    assert.match(update!.principal!, /assumed-role\/fraud-dev-launch-profile-ana-horvat[^/]*\/servicecatalog$/);
    assert.equal((await describeInstance(instance)).NotebookInstanceStatus, "InService");
  });

  it("are updated to a larger volume of the space", async () => {
    const started = new Date();
    assert.deepEqual(result(await complete("UpdateProvisionedProduct", {}, "profile")), succeeded);
    assert.deepEqual(await changesBy(started), [`UpdateSpace by ${profileRole}`]);
    const { SpaceSettings } = await administrator<{ SpaceSettings: Record<string, Record<string, Item>> }>(
      "sagemaker:DescribeSpace",
      space(),
    );
    assert.equal(SpaceSettings.SpaceStorageSettings!.EbsStorageSettings!.EbsVolumeSizeInGb, 60);
  });

  it("reject the first version, and values that are not allowed, with the reason and before a resource exists", async () => {
    const only = { Name: "x", Owner: "bo-li", InstanceType: "ml.t3.medium" };
    const firstVersion = (await versions()).find(({ Name }) => Name === "first")!.Id;
    const rejected: [object, RegExp][] = [
      [{ ProvisioningArtifactId: firstVersion, ProvisioningParameters: [] }, /Select another version of the product/],
      [parameters({ ...only, InstanceType: "ml.p3.2xlarge" }), /'InstanceType' .*must be one of ml\.t3\.medium, ml\.m5\.xlarge/],
      [parameters({ ...only, InstanceType: "ml.m5.xlarge" }), /The instance type of bo-li must be one of ml\.t3\.medium\./],
      [parameters({ ...only, VolumeSize: "51" }), /'VolumeSize' .*must be from 5 to 50/],
    ];
    for (const [change, reason] of rejected) {
      const since = new Date().toISOString();
      const failed = await complete("ProvisionProduct", { ProvisionedProductName: "rejected", ...change });
      assert.equal(failed.status, "FAILED");
      assert.match(failed.errors, reason);
      assert.deepEqual(changesIn(await stage.control.journal({ since })), ["servicecatalog:ProvisionProduct"]);
      assert.deepEqual(result(await complete("TerminateProvisionedProduct", { ProvisionedProductName: "rejected" })), succeeded);
    }
  });

  it("are updated to another instance type, which restarts the instance", async () => {
    const started = new Date();
    assert.deepEqual(result(await complete("UpdateProvisionedProduct")), succeeded);
    assert.deepEqual(
      await changesBy(started),
      ["Stop", "Update", "Start"].map((verb) => `${verb}NotebookInstance by ${launchRole}`),
    );
    const { InstanceType, NotebookInstanceStatus, VolumeSizeInGB } = await describeInstance(instance);
    assert.deepEqual([InstanceType, NotebookInstanceStatus, VolumeSizeInGB], ["ml.m5.xlarge", "InService", 20]);
  });

  it("are replaced for another owner, with the role and the tag of this owner", async () => {
    const changeOwner = async (profile: string) => {
      const started = new Date();
      const sizes = { InstanceType: "ml.t3.medium", VolumeSize: "20" };
      assert.deepEqual(
        result(await complete("UpdateProvisionedProduct", parameters({ Name: "ledger", Owner: profile, ...sizes }))),
        succeeded,
      );
      const { NotebookInstanceArn: ResourceArn, RoleArn } = await describeInstance(instanceOf(profile));
      assert.match(String(RoleArn), new RegExp(`fraud-dev-notebooks-${profile}-`));
      const { Tags } = await administrator<{ Tags: { Key: string; Value: string }[] }>("sagemaker:ListTags", { ResourceArn });
      assert.equal(Tags.find(({ Key }) => Key === "cloister:person")?.Value, profile);
      assert.deepEqual(await instances(), ["fraud-dev-ledger", instanceOf(profile)].sort());
      return changesBy(started);
    };
    const replaced = ["Create", "Stop", "Delete"].map((verb) => `${verb}NotebookInstance by ${launchRole}`);
    assert.deepEqual(await changeOwner("bo-li"), replaced);
    assert.deepEqual(await changeOwner("ana-horvat"), replaced);
    assert.deepEqual(result(await complete("UpdateProvisionedProduct")), succeeded);
  });

  it("have a new version after a change of the settings, to which the user updates what runs", async () => {
    const had = await versions();
    const { steps } = await deploy(changed);
    const stepsOf = (type: string) => steps.filter(({ urn }) => urn.includes(`aws:servicecatalog/${type}::`)).map(({ op }) => op);
    assert.deepEqual(stepsOf("product:Product"), []);
    assert.deepEqual(stepsOf("constraint:Constraint"), ["update"]);
    assert.ok(stepsOf("provisioningArtifact:ProvisioningArtifact").includes("replace"), JSON.stringify(steps));
    assert.equal((await describeInstance(instance)).NotebookInstanceStatus, "InService");
    const has = await versions();
    assert.deepEqual(
      has.map(({ Id }) => had.some((item) => item.Id === Id)),
      [true, false],
      "one version is new, and the previous one does not exist any more",
    );
    ids.notebook.pa = has[1]!.Id;
    const [, ...unchanged] = documented.notebook.get("UpdateProvisionedProduct")!.input.ProvisioningParameters as object[];
    const change = { ProvisioningParameters: [{ Key: "InstanceType", Value: "ml.m5.2xlarge" }, ...unchanged] };
    assert.deepEqual(result(await complete("UpdateProvisionedProduct", change)), succeeded);
    assert.equal((await describeInstance(instance)).InstanceType, "ml.m5.2xlarge");
    const { ProvisionedProductDetail: detail } = await scientist<{ ProvisionedProductDetail: Item }>(
      "servicecatalog:DescribeProvisionedProduct",
      { Name: "ledger" },
    );
    assert.deepEqual([detail.Status, detail.ProvisioningArtifactId], ["AVAILABLE", ids.notebook.pa]);
  });

  it("update a user profile to a new version, and not its space", async () => {
    ids.profile.pa = await usableVersion("profile");
    const unchanged = ["App", "InstanceType", "VolumeSize"].map((Key) => ({ Key, UsePreviousValue: true }));
    const started = new Date();
    assert.deepEqual(result(await complete("UpdateProvisionedProduct", { ProvisioningParameters: unchanged }, "profile")), succeeded);
    assert.deepEqual(await changesBy(started), [`UpdateUserProfile by ${profileRole}`]);
  });

  it("are terminated with their spaces and user profiles, but not while an app runs", async () => {
    await administrator("sagemaker:CreateApp", inSpace());
    const failed = await complete("TerminateProvisionedProduct", {}, "profile");
    assert.equal(failed.status, "FAILED");
    assert.match(failed.errors, /Unable to delete Space .*because Apps are associated with it/);
    await administrator("sagemaker:DeleteApp", inSpace());
    await administrator("sagemaker:DescribeApp", inSpace());
    const started = new Date();
    assert.deepEqual(result(await complete("TerminateProvisionedProduct", {}, "profile")), succeeded);
    assert.deepEqual(
      await changesBy(started),
      ["DeleteSpace", "DeleteUserProfile"].map((call) => `${call} by ${profileRole}`),
    );
    const { UserProfiles } = await administrator<{ UserProfiles: Item[] }>("sagemaker:ListUserProfiles", { DomainIdEquals: domainId() });
    assert.deepEqual(UserProfiles.map(({ UserProfileName }) => UserProfileName).sort(), ["bo-li", "eva"]);
  });

  it("are terminated with their notebook instances", async () => {
    const started = new Date();
    assert.deepEqual(result(await complete("TerminateProvisionedProduct")), succeeded);
    assert.deepEqual(
      await changesBy(started),
      ["Stop", "Delete"].map((verb) => `${verb}NotebookInstance by ${launchRole}`),
    );
    assert.deepEqual(await instances(), ["fraud-dev-ledger"]);
    assert.deepEqual((await scientist("servicecatalog:SearchProvisionedProducts")).ProvisionedProducts, []);
  });

  it("block a destroy while instances run, can be terminated after a drain, and leave nothing after a destroy", async () => {
    assert.deepEqual(result(await complete("ProvisionProduct")), succeeded);
    assert.deepEqual(result(await complete("ProvisionProduct", {}, "profile")), succeeded);
    const sources = drainSources(stage.session);
    await assert.rejects(requireDrained(sources, [environment], quiet), new RegExp(`notebook instance ${instance}`));
    const options = { ...quiet, names: ["fraud-dev"], all: true, yes: true, pollMs: 50 };
    const drained = await drain(sources, [environment], options);
    assert.match(drained, /1 notebook instance/);
    assert.match(drained, /profile/);
    await requireDrained(sources, [environment], quiet);
    const left = (await stage.control.leftovers()).map(({ type }) => type).filter((type) => /^(ProvisionedProduct|Stack)$/.test(type));
    assert.deepEqual(left.sort(), ["ProvisionedProduct", "ProvisionedProduct", "Stack", "Stack"]);
    assert.deepEqual(result(await complete("TerminateProvisionedProduct")), succeeded);
    assert.deepEqual(result(await complete("TerminateProvisionedProduct", {}, "profile")), succeeded);
    await destroyStack(stage.session, environment, { ...atOnce, set: changed });
    await destroyStack(stage.session, hub, atOnce);
    assert.deepEqual(await stage.control.leftovers(), []);
  });
});
