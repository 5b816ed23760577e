import { isPresent, look, type Look, type Rule } from "../../rule-kit";

const message = (property: string, whose: string) =>
  `${property} is not set, so ${whose} fail to start or fall back on the VPC's default group. Write ${property}: [<id of a group that reaches only the endpoints>].`;

/** Whether a list is written, and empty. */
const isEmptied = (block: Look, list: string) =>
  block.state === "known" && list in (block.value as object) && !isPresent(block.value, list);

export const domainSecurityGroups: Rule = {
  name: "sagemaker-domain-security-groups",
  description: "Studio's apps have a security group of their own.",
  why: "Without one, apps fail to start or fall back on the VPC's default group.",
  fix: "Write defaultUserSettings.securityGroups, and defaultSpaceSettings.securityGroups where there are space settings. A profile may leave its own list out, not empty it.",
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: [],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) => {
      // A domain outside of the VPC is the other rule's business; groups would not help it.
      const access = look(props, "appNetworkAccessType");
      if (access.state !== "known" || access.value !== "VpcOnly") return;
      if (!isPresent(props, "defaultUserSettings", "securityGroups"))
        report(message("defaultUserSettings.securityGroups", "the apps of people"));
      if (isPresent(props, "defaultSpaceSettings") && !isPresent(props, "defaultSpaceSettings", "securityGroups"))
        report(message("defaultSpaceSettings.securityGroups", "the apps of shared spaces"));
      if (isEmptied(look(props, "domainSettings"), "securityGroupIds"))
        report(
          "domainSettings.securityGroupIds is empty, so nothing limits what the domain's own apps and those of people send each other. Name a group, or leave it out.",
        );
    },
    "aws:sagemaker/userProfile:UserProfile": ({ props }, report) => {
      // Left out, the domain's list holds; an empty list would take its place.
      if (isEmptied(look(props, "userSettings"), "securityGroups"))
        report(
          "userSettings.securityGroups is empty and takes the place of the domain's list, so this person's apps have no group. Leave it out, or name a group.",
        );
    },
  },
};
