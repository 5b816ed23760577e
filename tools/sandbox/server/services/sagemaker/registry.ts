// Implements the model registry: model package groups, their resource policies, and model packages.
import { AwsError } from "../../aws-error";
import { unknownPrincipal, statementsOf } from "../../iam";
import { arnOf, change, contains, holds, invalid, type Item, keep, listing, type Operations, type Sagemaker } from "./state";

/** Inputs identify groups by name or ARN. */
const nameOf = (nameOrArn: unknown): string => String(nameOrArn).split("/").at(-1)!;
const groupArn = (context: Sagemaker, name: unknown): string => arnOf(context, `model-package-group/${nameOf(name)}`);

function groupOf(context: Sagemaker, name: unknown): Item {
  const group = context.state.packageGroups[nameOf(name)];
  if (!group) throw invalid(`ModelPackageGroup ${groupArn(context, name)} does not exist.`);
  return group;
}

const groups: Operations = {
  CreateModelPackageGroup(input, context) {
    const name = String(input.ModelPackageGroupName);
    const ModelPackageGroupArn = groupArn(context, name);
    if (context.state.packageGroups[name]) throw invalid(`Model Package Group already exists: ${ModelPackageGroupArn}`);
    keep(context, context.state.packageGroups, name, ModelPackageGroupArn, {
      ...input,
      ModelPackageGroupArn,
      ModelPackageGroupStatus: "Completed",
      CreatedBy: {},
    });
    return { ModelPackageGroupArn };
  },
  DescribeModelPackageGroup: ({ ModelPackageGroupName }, context) => groupOf(context, ModelPackageGroupName),
  DeleteModelPackageGroup({ ModelPackageGroupName }, context) {
    const name = nameOf(ModelPackageGroupName);
    groupOf(context, name);
    if (Object.values(context.state.packages).some((item) => item.ModelPackageGroupName === name))
      throw new AwsError("ConflictException", `Cannot delete Model Package Group ${name} because it still has Model Packages.`);
    delete context.state.packageGroups[name];
    delete context.state.groupPolicies[name];
    delete context.state.tags[groupArn(context, name)];
    return {};
  },
  ListModelPackageGroups: listing(
    "ModelPackageGroupSummaryList",
    (state) => state.packageGroups,
    ["ModelPackageGroupName", "ModelPackageGroupArn", "ModelPackageGroupDescription", "CreationTime", "ModelPackageGroupStatus"],
    (item, input) => contains(input.NameContains, item.ModelPackageGroupName),
  ),

  async PutModelPackageGroupPolicy({ ModelPackageGroupName, ResourcePolicy }, context) {
    groupOf(context, ModelPackageGroupName);
    const statements = statementsOf(String(ResourcePolicy));
    if (!statements) throw invalid("The resource policy is not a valid policy document.");
    // Principals in other accounts are assumed to exist: the state for one account does not contain the other accounts.
    if (await unknownPrincipal(statements, { accounts: [context.caller.account], moto: context.moto }))
      throw invalid("Invalid principal in the resource policy.");
    context.state.groupPolicies[nameOf(ModelPackageGroupName)] = String(ResourcePolicy);
    return { ModelPackageGroupArn: groupArn(context, ModelPackageGroupName) };
  },
  GetModelPackageGroupPolicy({ ModelPackageGroupName }, context) {
    const policy = context.state.groupPolicies[nameOf(ModelPackageGroupName)];
    if (policy === undefined) throw invalid(`Cannot find Model Package Group policy for ${groupArn(context, ModelPackageGroupName)}.`);
    return { ResourcePolicy: policy };
  },
  DeleteModelPackageGroupPolicy({ ModelPackageGroupName }, context) {
    const name = nameOf(ModelPackageGroupName);
    if (context.state.groupPolicies[name] === undefined)
      throw invalid(`Cannot find Model Package Group policy for ${groupArn(context, name)}.`);
    delete context.state.groupPolicies[name];
    return {};
  },
};

function packageOf(context: Sagemaker, nameOrArn: unknown): Item {
  const arn = String(nameOrArn).startsWith("arn:") ? String(nameOrArn) : arnOf(context, `model-package/${String(nameOrArn)}`);
  const item = context.state.packages[arn];
  if (!item) throw invalid(`ModelPackage ${arn} does not exist.`);
  return item;
}

const packages: Operations = {
  CreateModelPackage(input, context) {
    const { ModelPackageGroupName, ModelPackageName } = input;
    if ((ModelPackageGroupName === undefined) === (ModelPackageName === undefined))
      throw invalid("Either ModelPackageName or ModelPackageGroupName must be given, not both.");
    const group = ModelPackageGroupName === undefined ? undefined : nameOf(ModelPackageGroupName);
    if (group !== undefined) groupOf(context, group);
    const versions = Object.values(context.state.packages).filter((item) => item.ModelPackageGroupName === group);
    const version = Math.max(0, ...versions.map(({ ModelPackageVersion }) => Number(ModelPackageVersion))) + 1;
    const ModelPackageArn = arnOf(context, `model-package/${group === undefined ? String(ModelPackageName) : `${group}/${version}`}`);
    if (context.state.packages[ModelPackageArn]) throw invalid(`Model Package already exists: ${ModelPackageArn}`);
    keep(context, context.state.packages, ModelPackageArn, ModelPackageArn, {
      ...input,
      ModelPackageName: group ?? ModelPackageName,
      ...(group === undefined
        ? {}
        : {
            ModelPackageGroupName: group,
            ModelPackageVersion: version,
            ModelApprovalStatus: input.ModelApprovalStatus ?? "PendingManualApproval",
          }),
      ModelPackageArn,
      ModelPackageStatus: "Completed",
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CreatedBy: {},
    });
    return { ModelPackageArn };
  },
  DescribeModelPackage: ({ ModelPackageName }, context) => packageOf(context, ModelPackageName),
  UpdateModelPackage({ ModelPackageArn, ...changes }, context) {
    change(context, packageOf(context, ModelPackageArn), changes);
    return { ModelPackageArn };
  },
  DeleteModelPackage({ ModelPackageName }, context) {
    const arn = String(packageOf(context, ModelPackageName).ModelPackageArn);
    delete context.state.packages[arn];
    delete context.state.tags[arn];
    return {};
  },
  ListModelPackages: listing(
    "ModelPackageSummaryList",
    (state) => state.packages,
    [
      "ModelPackageName",
      "ModelPackageGroupName",
      "ModelPackageVersion",
      "ModelPackageArn",
      "ModelPackageDescription",
      "CreationTime",
      "ModelPackageStatus",
      "ModelApprovalStatus",
    ],
    (item, input) =>
      holds(input.ModelPackageGroupName === undefined ? undefined : nameOf(input.ModelPackageGroupName), item.ModelPackageGroupName) &&
      holds(input.ModelApprovalStatus, item.ModelApprovalStatus),
  ),
};

export const registry: Operations = { ...groups, ...packages };
