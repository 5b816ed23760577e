import { domainSecurityGroups } from "@cloister/policy-pack/rules/sagemaker/domain-security-groups";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { testRule } from "../table";

const domain = "aws:sagemaker/domain:Domain";
const profile = "aws:sagemaker/userProfile:UserProfile";
const closed = { appNetworkAccessType: "VpcOnly", defaultUserSettings: { securityGroups: ["sg-1"] } };
const noGroups =
  /defaultUserSettings\.securityGroups is not set, so apps of user profiles fail to start or get the default security group of the VPC\. Set defaultUserSettings\.securityGroups: \[/;

testRule(domainSecurityGroups, {
  resource: [
    { it: "accepts a security group for user profiles", type: domain, inputs: closed },
    {
      it: "accepts security groups for user profiles, spaces and the domain",
      type: domain,
      inputs: { ...closed, defaultSpaceSettings: { securityGroups: ["sg-2"] }, domainSettings: { securityGroupIds: ["sg-3"] } },
    },
    {
      it: "accepts domain settings without security groups",
      type: domain,
      inputs: { ...closed, domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" } } },
    },
    { it: "rejects a VpcOnly domain without security groups", type: domain, inputs: { appNetworkAccessType: "VpcOnly" }, want: [noGroups] },
    {
      it: "rejects an empty list of security groups",
      type: domain,
      inputs: { ...closed, defaultUserSettings: { securityGroups: [] } },
      want: [noGroups],
    },
    {
      it: "rejects spaces without security groups",
      type: domain,
      inputs: { ...closed, defaultSpaceSettings: { executionRole: "arn:aws:iam::111122223333:role/r" } },
      want: [/defaultSpaceSettings\.securityGroups is not set, so apps of shared spaces/],
    },
    {
      it: "rejects user and space settings without security groups",
      type: domain,
      inputs: { appNetworkAccessType: "VpcOnly", defaultSpaceSettings: { executionRole: "r" } },
      want: [noGroups, /defaultSpaceSettings/],
    },
    {
      it: "rejects an empty list in the domain settings",
      type: domain,
      inputs: { ...closed, domainSettings: { securityGroupIds: [] } },
      want: [/domainSettings\.securityGroupIds is empty/],
    },
    { it: "ignores public domains, which have their own guardrail", type: domain, inputs: { appNetworkAccessType: "PublicInternetOnly" } },
    {
      it: "counts security groups of the same stack as present",
      type: domain,
      inputs: { ...closed, defaultUserSettings: { securityGroups: [UNKNOWN] } },
    },
    {
      it: "counts a list that is unknown at preview as present",
      type: domain,
      inputs: { ...closed, defaultUserSettings: { securityGroups: UNKNOWN_ARRAY } },
    },
    {
      it: "counts settings that are unknown at preview as present",
      type: domain,
      inputs: { ...closed, defaultUserSettings: UNKNOWN_OBJECT },
    },
    {
      it: "evaluates space settings when user settings are unknown at preview",
      type: domain,
      inputs: { ...closed, defaultUserSettings: UNKNOWN_OBJECT, defaultSpaceSettings: { executionRole: "r" } },
      want: [/defaultSpaceSettings/],
    },
    { it: "accepts a user profile without a list of security groups", type: profile, inputs: { userSettings: { executionRole: "r" } } },
    { it: "accepts a profile without settings", type: profile, inputs: {} },
    { it: "accepts a profile with another security group", type: profile, inputs: { userSettings: { securityGroups: ["sg-9"] } } },
    {
      it: "accepts a profile with a security group of the same stack",
      type: profile,
      inputs: { userSettings: { securityGroups: UNKNOWN_ARRAY } },
    },
    {
      it: "rejects a user profile with an empty list of security groups",
      type: profile,
      inputs: { userSettings: { executionRole: "r", securityGroups: [] } },
      want: [/userSettings\.securityGroups is empty and replaces the domain's list/],
    },
  ],
});
