import { coverEverything, forTypes, isEverything, isPublic, isWithin, type Rule, textsAt } from "../../frame";
import { rangesIn } from "./security-group-ranges";

/** A source group or `self` in the same rule does not excuse an open range. */
export const sgNoOpenIngress: Rule = {
  name: "network-sg-no-open-ingress",
  description: "No security group lets the internet in.",
  why: "Everything in the group is reached by anybody as soon as a way in exists.",
  fix: "Name the security group that may connect (referencedSecurityGroupId), or a private range.",
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: [
    "Security Hub EC2.13, EC2.14, EC2.18, EC2.19",
    "Config vpc-sg-open-only-to-authorized-ports",
    "Checkov CKV_AWS_24, CKV_AWS_25, CKV_AWS_260, CKV_AWS_277",
    "Prowler ec2_securitygroup_allow_ingress_from_internet_to_any_port",
    "Trivy AWS-0107",
    "cdk-nag AwsSolutions-EC23",
  ],
  settings: {
    allowedSources: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Public ranges that may connect, e.g. those of an office.",
    },
  },
  resource: forTypes(
    Object.keys(rangesIn).filter((type) => !type.endsWith("EgressRule")),
    ({ type, props }, report, settings) => {
      const ranges = rangesIn[type]!(props, "ingress");
      const allowed = textsAt(settings, "allowedSources");
      for (const range of ranges) {
        if (isEverything(range))
          report(`Everybody (${range}) may connect as soon as there is a way in. Name the security group that may, or a private range.`);
        else if (isPublic(range) && !allowed.some((source) => isWithin(range, source)))
          report(
            `The public range ${range} may connect, and the pack's config does not list it. Name a security group or a private range, or list it in allowedSources.`,
          );
      }
      if (!ranges.some(isEverything) && coverEverything(ranges))
        report(`The ranges ${ranges.join(", ")} together are everybody. Name the security group that may connect, or a private range.`);
    },
  ),
};
