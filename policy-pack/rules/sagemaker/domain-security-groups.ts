import { isPresent, readValue, type ReadResult, type Rule } from "../../rule-kit";

const message = (property: string, apps: string) =>
  `${property} is not set, so ${apps} fail to start or get the default security group of the VPC. Set ${property}: [<ID of a security group with egress to the endpoints only>].`;

/** Whether a block sets a list to an empty list. */
const isSetEmpty = (block: ReadResult, list: string) =>
  block.state === "known" && list in (block.value as object) && !isPresent(block.value, list);

export const domainSecurityGroups: Rule = {
  name: "sagemaker-domain-security-groups",
  description: "Studio apps use only security groups that the SageMaker domain specifies.",
  risk: "Without a security group, apps fail to start or get the default security group of the VPC.",
  fix: "Set defaultUserSettings.securityGroups, and defaultSpaceSettings.securityGroups when the domain has space settings. Do not set an empty list in a user profile.",
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: [],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) => {
      // sagemaker-domain-vpc-only rejects a domain outside the VPC. Security groups have no effect on such a domain.
      const access = readValue(props, "appNetworkAccessType");
      if (access.state !== "known" || access.value !== "VpcOnly") return;
      if (!isPresent(props, "defaultUserSettings", "securityGroups"))
        report(message("defaultUserSettings.securityGroups", "apps of user profiles"));
      if (isPresent(props, "defaultSpaceSettings") && !isPresent(props, "defaultSpaceSettings", "securityGroups"))
        report(message("defaultSpaceSettings.securityGroups", "apps of shared spaces"));
      if (isSetEmpty(readValue(props, "domainSettings"), "securityGroupIds"))
        report(
          "domainSettings.securityGroupIds is empty, so no security group limits traffic between the apps of the domain. Set the ID of a security group, or remove the list.",
        );
    },
    "aws:sagemaker/userProfile:UserProfile": ({ props }, report) => {
      // Without a list the domain's list applies. An empty list replaces the domain's list.
      if (isSetEmpty(readValue(props, "userSettings"), "securityGroups"))
        report(
          "userSettings.securityGroups is empty and replaces the domain's list, so apps of this user profile have no security group. Remove the list, or set the ID of a security group.",
        );
    },
  },
};
