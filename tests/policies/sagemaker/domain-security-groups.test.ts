import { domainSecurityGroups } from "@cloister/policy-pack/rules/sagemaker/domain-security-groups";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/judge";
import { testRule } from "../table";

const domain = "aws:sagemaker/domain:Domain";
const profile = "aws:sagemaker/userProfile:UserProfile";
const closed = { appNetworkAccessType: "VpcOnly", defaultUserSettings: { securityGroups: ["sg-1"] } };
const noGroups =
  /defaultUserSettings\.securityGroups is not set, so the apps of people fail to start or fall back on .* Write defaultUserSettings\.securityGroups: \[/;

testRule(domainSecurityGroups, {
  resource: [
    { it: "accepts a group for people", type: domain, inputs: closed },
    {
      it: "accepts groups for people, spaces and the domain's own apps",
      type: domain,
      inputs: { ...closed, defaultSpaceSettings: { securityGroups: ["sg-2"] }, domainSettings: { securityGroupIds: ["sg-3"] } },
    },
    {
      it: "accepts domain settings that leave their groups out",
      type: domain,
      inputs: { ...closed, domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" } } },
    },
    { it: "refuses a closed domain without groups", type: domain, inputs: { appNetworkAccessType: "VpcOnly" }, want: [noGroups] },
    { it: "refuses an empty list", type: domain, inputs: { ...closed, defaultUserSettings: { securityGroups: [] } }, want: [noGroups] },
    {
      it: "refuses spaces without groups",
      type: domain,
      inputs: { ...closed, defaultSpaceSettings: { executionRole: "arn:aws:iam::111122223333:role/r" } },
      want: [/defaultSpaceSettings\.securityGroups is not set, so the apps of shared spaces/],
    },
    {
      it: "refuses both at once",
      type: domain,
      inputs: { appNetworkAccessType: "VpcOnly", defaultSpaceSettings: { executionRole: "r" } },
      want: [noGroups, /defaultSpaceSettings/],
    },
    {
      it: "refuses an emptied list of the domain's own apps",
      type: domain,
      inputs: { ...closed, domainSettings: { securityGroupIds: [] } },
      want: [/domainSettings\.securityGroupIds is empty/],
    },
    { it: "leaves public domains to their own rule", type: domain, inputs: { appNetworkAccessType: "PublicInternetOnly" } },
    {
      it: "counts groups of the same stack as present",
      type: domain,
      inputs: { ...closed, defaultUserSettings: { securityGroups: [UNKNOWN] } },
    },
    {
      it: "counts a list known only later as present",
      type: domain,
      inputs: { ...closed, defaultUserSettings: { securityGroups: UNKNOWN_ARRAY } },
    },
    { it: "counts settings known only later as present", type: domain, inputs: { ...closed, defaultUserSettings: UNKNOWN_OBJECT } },
    {
      it: "judges spaces when people's settings are known only later",
      type: domain,
      inputs: { ...closed, defaultUserSettings: UNKNOWN_OBJECT, defaultSpaceSettings: { executionRole: "r" } },
      want: [/defaultSpaceSettings/],
    },
    { it: "accepts a profile without a list of its own", type: profile, inputs: { userSettings: { executionRole: "r" } } },
    { it: "accepts a profile without settings", type: profile, inputs: {} },
    { it: "accepts a profile with another group", type: profile, inputs: { userSettings: { securityGroups: ["sg-9"] } } },
    { it: "accepts a profile with a group of the same stack", type: profile, inputs: { userSettings: { securityGroups: UNKNOWN_ARRAY } } },
    {
      it: "refuses a profile that empties the list",
      type: profile,
      inputs: { userSettings: { executionRole: "r", securityGroups: [] } },
      want: [/userSettings\.securityGroups is empty and takes the place of the domain's list/],
    },
  ],
});
