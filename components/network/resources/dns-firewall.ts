import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface DnsFirewallArgs {
  vpcId: pulumi.Input<string>;
  /** What happens to names that are not in `domains`. */
  otherDomains: "block" | "alert" | "off";
  /** Names that are resolved, `*.` for all below one. */
  domains: string[];
  /** Key of the query log, `arn:…:key/…`; its policy must allow CloudWatch Logs to use it. */
  logKeyArn: pulumi.Input<string>;
  retentionDays: number;
}

type RuleAction = Omit<Partial<aws.route53.ResolverFirewallRuleArgs>, "action"> & { action: string };

/**
 * Restricts the names that a VPC can resolve: without that, a program can send data out in the names it queries, even without a gateway.
 * Every query is logged. Other names get no answer, also while the firewall itself does not respond.
 * Cost: 0.60 USD for a million queries, 0.0005 USD a month for each name, and the log.
 * Source: AWS "How Route 53 Resolver DNS Firewall works"; NIST SP 800-53 SC-7(10) "prevent exfiltration".
 */
export function createDnsFirewall(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const childOptions = { parent };
  createQueryLog(name, args, parent);
  if (args.otherDomains === "off") return;
  const group = new aws.route53.ResolverFirewallRuleGroup(`${name}-dns`, {}, childOptions);
  const createRule = (role: string, priority: number, domains: string[], action: RuleAction) => {
    // AWS stores names with a trailing dot; without it the provider would show a change.
    const withDots = domains.map((domain) => `${domain}.`);
    const list = new aws.route53.ResolverFirewallDomainList(`${name}-dns-${role}`, { domains: withDots }, childOptions);
    return new aws.route53.ResolverFirewallRule(
      `${name}-dns-${role}`,
      { firewallRuleGroupId: group.id, firewallDomainListId: list.id, priority, ...action },
      childOptions,
    );
  };
  const rules = [
    // AWS owns the names that its own names redirect to.
    createRule("allowed", 100, args.domains, { action: "ALLOW", firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN" }),
    createRule("rest", 200, ["*"], args.otherDomains === "block" ? { action: "BLOCK", blockResponse: "NODATA" } : { action: "ALERT" }),
  ];
  new aws.route53.ResolverFirewallConfig(`${name}-dns-closed`, { resourceId: args.vpcId, firewallFailOpen: "DISABLED" }, childOptions);
  new aws.route53.ResolverFirewallRuleGroupAssociation(
    `${name}-dns`,
    { vpcId: args.vpcId, firewallRuleGroupId: group.id, priority: 101 },
    // With all rules in the group first, no query is blocked or resolved by mistake.
    { ...childOptions, dependsOn: rules },
  );
}

function createQueryLog(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-dns-queries`,
    {
      // One resource policy covers all log groups with this prefix; an account can have few such policies.
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
