import { isPresent, look, type Rule } from "../../frame";

const message = (property: string, whose: string) =>
  `${property} is not set, so ${whose} fail to start or fall back on the VPC's default group. Write ${property}: [<id of a group that reaches only the endpoints>].`;

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
    },
    "aws:sagemaker/userProfile:UserProfile": ({ props }, report) => {
      const settings = look(props, "userSettings");
      // Left out, the domain's list holds; an empty list would take its place.
      if (settings.state === "known" && "securityGroups" in (settings.value as object) && !isPresent(settings.value, "securityGroups"))
        report("userSettings.securityGroups is empty and takes the place of the domain's list. Leave it out, or name a group.");
    },
  },
};
