import { coverEverything, forTypes, isEverything, type Rule } from "../../frame";
import { rangesIn } from "./security-group-ranges";

/** Missing or empty `egress` is clean: the provider removes the rule that EC2 adds. Prefix lists of gateway endpoints and references to groups have no range. The default group has a rule of its own. */
export const sgNoOpenEgress: Rule = {
  name: "network-sg-no-open-egress",
  description: "No security group lets everything out.",
  why: "A workload can send data to wherever a route leads.",
  fix: "Name the security group of the endpoints (referencedSecurityGroupId), or the prefix list of the S3 endpoint (prefixListId).",
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: ["Checkov CKV_AWS_382", "Trivy AWS-0104"],
  resource: forTypes(
    Object.keys(rangesIn).filter((type) => !/IngressRule$|DefaultSecurityGroup$/.test(type)),
    ({ type, props }, report) => {
      const ranges = rangesIn[type]!(props, "egress");
      const advice =
        "Name the security group of the endpoints (referencedSecurityGroupId), or the prefix list of the S3 endpoint (prefixListId).";
      for (const range of ranges.filter(isEverything))
        report(`Everything (${range}) may be sent to, so data leaves by whatever route there is. ${advice}`);
      if (!ranges.some(isEverything) && coverEverything(ranges))
        report(`The ranges ${ranges.join(", ")} together are everything, so data leaves by whatever route there is. ${advice}`);
    },
  ),
};
