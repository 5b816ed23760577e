import { isPresent, type Report } from "../../rule-kit";

/** Requires both lists in the `vpcConfig` of a model or job. `subject` names the model or job in messages. */
export function requireVpcConfig(config: { props: object; path: (string | number)[] }, subject: string, report: Report): void {
  const { props, path } = config;
  const at = path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${part}`)).join("");
  if (!isPresent(props, ...path))
    return report(
      `${at} is not set, so ${subject} runs in a network managed by SageMaker and can reach the internet. Set ${at}: { subnets: [<private subnets>], securityGroupIds: [<group>] }.`,
    );
  for (const list of ["subnets", "securityGroupIds"])
    if (!isPresent(props, ...path, list))
      report(`${at}.${list} is not set, so ${subject} does not run in your VPC. Set ${at}.${list}: [<ids>].`);
}
