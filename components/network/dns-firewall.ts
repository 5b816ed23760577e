import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface DnsFirewallArgs {
  vpcId: pulumi.Input<string>;
  /** What happens to names that are not allowed. */
  rest: "block" | "alert" | "off";
  /** Names that are resolved, `*.` for all below one. */
  domains: string[];
  /** Key of the log of queries, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
  retentionDays: number;
}

/**
 * What a VPC may ask of DNS. Without it a program inside tells the outside whatever it likes in the names it asks for, gateway or not.
 * Every query is logged; names that are not allowed get no answer, also while the firewall itself does not answer.
 * Cost: 0.60 USD for a million queries, 0.0005 USD a month for each name, and the log.
 * Source: AWS "How Route 53 Resolver DNS Firewall works"; NIST SP 800-53 SC-7(10) "prevent exfiltration".
 */
export function dnsFirewall(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const childOptions = { parent };
  queryLog(name, args, parent);
  if (args.rest === "off") return;
  const list = (
    role: string,
    domains: string[], // AWS keeps names with the dot at their end, and the provider would see a change in one without it.
  ) => new aws.route53.ResolverFirewallDomainList(`${name}-dns-${role}`, { domains: domains.map((domain) => `${domain}.`) }, childOptions);
  const group = new aws.route53.ResolverFirewallRuleGroup(`${name}-dns`, {}, childOptions);
  const rule = (
    role: string,
    priority: number,
    domains: string[],
    action: Omit<Partial<aws.route53.ResolverFirewallRuleArgs>, "action"> & { action: string },
  ) =>
    new aws.route53.ResolverFirewallRule(
      `${name}-dns-${role}`,
      { firewallRuleGroupId: group.id, firewallDomainListId: list(role, domains).id, priority, ...action },
      childOptions,
    );
  const rules = [
    // What AWS's own names lead on to is AWS's.
    rule("allowed", 100, args.domains, { action: "ALLOW", firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN" }),
    rule("rest", 200, ["*"], args.rest === "block" ? { action: "BLOCK", blockResponse: "NODATA" } : { action: "ALERT" }),
  ];
  new aws.route53.ResolverFirewallConfig(`${name}-dns-closed`, { resourceId: args.vpcId, firewallFailOpen: "DISABLED" }, childOptions);
  new aws.route53.ResolverFirewallRuleGroupAssociation(
    `${name}-dns`,
    { vpcId: args.vpcId, firewallRuleGroupId: group.id, priority: 101 },
    // With the rules in it from the start, nobody is cut off, and nothing slips through, in between.
    { ...childOptions, dependsOn: rules },
  );
}

function queryLog(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-dns-queries`,
    {
      // Below this prefix the service's right to write needs no statement for each group; an account's policies of that kind are few and short.
      namePrefix: `/aws/vendedlogs/route53resolver/${name}-`,
      kmsKeyId: args.logKeyArn,
      retentionInDays: args.retentionDays,
    },
    { parent },
  );
  const log = new aws.route53.ResolverQueryLogConfig(`${name}-dns-queries`, { destinationArn: group.arn }, { parent });
  new aws.route53.ResolverQueryLogConfigAssociation(
    `${name}-dns-queries`,
    { resolverQueryLogConfigId: log.id, resourceId: args.vpcId },
    { parent },
  );
}
