import { isPresent, type Report } from "../../rule-kit";

/** Judges the network of a model or job: both lists of a `vpcConfig` have to be there. `at` is the block's path, for messages. */
export function requireVpcConfig(config: { props: object; path: (string | number)[] }, what: string, report: Report): void {
  const { props, path } = config;
  const at = path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${part}`)).join("");
  if (!isPresent(props, ...path))
    return report(
      `${at} is not set, so ${what} runs in a network that SageMaker manages and can reach the internet. Write ${at}: { subnets: [<private subnets>], securityGroupIds: [<group>] }.`,
    );
  for (const list of ["subnets", "securityGroupIds"])
    if (!isPresent(props, ...path, list))
      report(`${at}.${list} is not set, so the network of ${what} is not yours. Write ${at}.${list}: [<ids>].`);
}
