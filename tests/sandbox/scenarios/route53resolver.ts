import { type Scenario, type Step } from "../scenario";

const none = { list: "rslvr-fdl-0123456789abcdef", group: "rslvr-frg-0123456789abcdef", log: "rqlc-0123456789abcdef" };
const call = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({
  call: `route53resolver:${operation}`,
  input,
  ...more,
});
const missing = { error: "ResourceNotFoundException" };
const invalid = { error: "ValidationException" };
const conflict = { error: "ConflictException" };

const makeVpc: Step = { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } };
const dropVpc: Step = { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } };
const makeList = call(
  "CreateFirewallDomainList",
  { CreatorRequestId: "list-${run}", Name: "names-${run}", Tags: [{ Key: "team", Value: "fraud" }] },
  {
    output: { FirewallDomainList: { Name: "names-${run}", Status: "COMPLETE", DomainCount: 0 } },
    save: { list: "FirewallDomainList.Id", listArn: "FirewallDomainList.Arn" },
  },
);
const makeGroup = call(
  "CreateFirewallRuleGroup",
  { CreatorRequestId: "group-${run}", Name: "rules-${run}" },
  { output: { FirewallRuleGroup: { Status: "COMPLETE", RuleCount: 0 } }, save: { group: "FirewallRuleGroup.Id" } },
);
const rule = { FirewallRuleGroupId: "${group}", FirewallDomainListId: "${list}" };
const block = { CreatorRequestId: "rule-${run}", Name: "rest-${run}", ...rule, Priority: 200, Action: "BLOCK", BlockResponse: "NODATA" };
const dropList = call("DeleteFirewallDomainList", { FirewallDomainListId: "${list}" });
const dropGroup = call("DeleteFirewallRuleGroup", { FirewallRuleGroupId: "${group}" });
const domains = (Operation: string, Domains: string[]) => ({ FirewallDomainListId: "${list}", Operation, Domains });

export const route53resolver: Scenario[] = [
  {
    title: "stores domain lists with a dot at the end of each name",
    steps: [
      makeList,
      // An equal request does not create another list.
      call("CreateFirewallDomainList", makeList.input, { output: { FirewallDomainList: { Id: "${list}" } } }),
      call("UpdateFirewallDomains", domains("REPLACE", ["*.Bank.example", "sts.amazonaws.com."]), { output: { Status: "COMPLETE" } }),
      call("ListFirewallDomains", { FirewallDomainListId: "${list}" }, { output: { Domains: ["*.bank.example.", "sts.amazonaws.com."] } }),
      call("UpdateFirewallDomains", domains("ADD", ["*"])),
      call("UpdateFirewallDomains", domains("REMOVE", ["*.bank.example", "sts.amazonaws.com"])),
      call("ListFirewallDomains", { FirewallDomainListId: "${list}" }, { output: { Domains: ["*."] } }),
      call("GetFirewallDomainList", { FirewallDomainListId: "${list}" }, { output: { FirewallDomainList: { DomainCount: 1 } } }),
      call("ListFirewallDomainLists", {}, { output: { FirewallDomainLists: [{ Id: "${list}", Name: "names-${run}" }] } }),
      call("ListFirewallDomainLists", { MaxResults: 1000 }, invalid),
      call("UpdateFirewallDomains", domains("REMOVE", ["gone.example"]), invalid),
      call("UpdateFirewallDomains", domains("ADD", ["a.*.example"]), invalid),
      call("UpdateFirewallDomains", domains("SWAP", ["a.example"]), invalid),
      call("CreateFirewallDomainList", { CreatorRequestId: "", Name: "x" }, invalid),
      call("ListTagsForResource", { ResourceArn: "${listArn}" }, { output: { Tags: [{ Key: "team", Value: "fraud" }] } }),
      call("TagResource", { ResourceArn: "${listArn}", Tags: [{ Key: "stage", Value: "dev" }] }),
      call("UntagResource", { ResourceArn: "${listArn}", TagKeys: ["team"] }),
      call("ListTagsForResource", { ResourceArn: "${listArn}" }, { output: { Tags: [{ Key: "stage", Value: "dev" }] } }),
      dropList,
      call("GetFirewallDomainList", { FirewallDomainListId: "${list}" }, missing),
      call("ListFirewallDomains", { FirewallDomainListId: none.list }, missing),
      call("UpdateFirewallDomains", { ...domains("ADD", ["a.example"]), FirewallDomainListId: none.list }, missing),
      call("DeleteFirewallDomainList", { FirewallDomainListId: none.list }, missing),
      call("ListTagsForResource", { ResourceArn: "${listArn}" }, missing),
      call("TagResource", { ResourceArn: "${listArn}", Tags: [{ Key: "a", Value: "b" }] }, missing),
      call("UntagResource", { ResourceArn: "${listArn}", TagKeys: ["a"] }, missing),
    ],
  },
  {
    title: "stores one rule per domain list and priority, and deletes rules before their rule group",
    steps: [
      makeList,
      makeGroup,
      call("CreateFirewallRule", block, { output: { FirewallRule: { Action: "BLOCK", BlockResponse: "NODATA", Priority: 200 } } }),
      call("CreateFirewallRule", { ...block, CreatorRequestId: "again-${run}" }, invalid),
      call("CreateFirewallRule", { ...block, CreatorRequestId: "other-${run}", Qtype: "A" }, invalid),
      call("CreateFirewallRule", { ...block, BlockResponse: undefined, Priority: 300, Qtype: "A" }, invalid),
      call("CreateFirewallRule", { ...block, Action: "ALLOW", Priority: 300, Qtype: "A" }, invalid),
      call("CreateFirewallRule", { ...block, BlockResponse: "OVERRIDE", Priority: 300, Qtype: "A" }, invalid),
      call("CreateFirewallRule", { ...block, FirewallDomainListId: none.list }, missing),
      call("ListFirewallRules", { FirewallRuleGroupId: "${group}" }, { output: { FirewallRules: [{ Name: "rest-${run}" }] } }),
      call("ListFirewallRules", { FirewallRuleGroupId: "${group}", Action: "ALLOW" }, { output: { FirewallRules: [] } }),
      call("ListFirewallRules", { FirewallRuleGroupId: none.group }, missing),
      call("GetFirewallRuleGroup", { FirewallRuleGroupId: "${group}" }, { output: { FirewallRuleGroup: { RuleCount: 1 } } }),
      call("ListFirewallRuleGroups", {}, { output: { FirewallRuleGroups: [{ Id: "${group}", ShareStatus: "NOT_SHARED" }] } }),
      call("ListFirewallRuleGroups", { MaxResults: 1000 }, invalid),
      call("UpdateFirewallRule", { ...rule, Action: "ALERT" }, { output: { FirewallRule: { Action: "ALERT", Priority: 200 } } }),
      call("UpdateFirewallRule", { ...rule, Action: "BLOCK" }, invalid),
      call("UpdateFirewallRule", { ...rule, FirewallDomainListId: none.list, Priority: 1 }, missing),
      { ...dropList, ...conflict },
      { ...dropGroup, ...conflict },
      call("DeleteFirewallRule", rule),
      call("DeleteFirewallRule", rule, missing),
      dropGroup,
      call("GetFirewallRuleGroup", { FirewallRuleGroupId: "${group}" }, missing),
      { ...dropGroup, ...missing },
      call("CreateFirewallRuleGroup", { CreatorRequestId: "x" }, invalid),
      dropList,
    ],
  },
  {
    title: "associates rule groups with VPCs, each at its priority",
    steps: [
      makeVpc,
      makeGroup,
      call(
        "AssociateFirewallRuleGroup",
        { CreatorRequestId: "on-${run}", FirewallRuleGroupId: "${group}", VpcId: "${vpc}", Priority: 101, Name: "on-${run}" },
        {
          output: { FirewallRuleGroupAssociation: { Status: "COMPLETE", MutationProtection: "DISABLED", VpcId: "${vpc}" } },
          save: { association: "FirewallRuleGroupAssociation.Id" },
        },
      ),
      ...[
        { VpcId: "${vpc}", Priority: 102, ...conflict },
        { VpcId: "${vpc}", Priority: 100, ...invalid },
        { VpcId: "${vpc}", Priority: 9900, ...invalid },
        { VpcId: "vpc-0123456789abcdef0", Priority: 103, ...missing },
      ].map(({ error, ...input }) =>
        call(
          "AssociateFirewallRuleGroup",
          { CreatorRequestId: "more-${run}", FirewallRuleGroupId: "${group}", Name: "more", ...input },
          { error },
        ),
      ),
      call(
        "GetFirewallRuleGroupAssociation",
        { FirewallRuleGroupAssociationId: "${association}" },
        { output: { FirewallRuleGroupAssociation: { Priority: 101 } } },
      ),
      call(
        "ListFirewallRuleGroupAssociations",
        { VpcId: "${vpc}" },
        { output: { FirewallRuleGroupAssociations: [{ Id: "${association}" }] } },
      ),
      call("ListFirewallRuleGroupAssociations", { VpcId: "${vpc}", MaxResults: 0 }, invalid),
      { ...dropGroup, ...conflict },
      call("UpdateFirewallRuleGroupAssociation", {
        FirewallRuleGroupAssociationId: "${association}",
        Priority: 150,
        MutationProtection: "ENABLED",
      }),
      call("UpdateFirewallRuleGroupAssociation", { FirewallRuleGroupAssociationId: "${association}", Priority: 5 }, invalid),
      call("DisassociateFirewallRuleGroup", { FirewallRuleGroupAssociationId: "${association}" }, conflict),
      call("UpdateFirewallRuleGroupAssociation", { FirewallRuleGroupAssociationId: "${association}", MutationProtection: "DISABLED" }),
      call(
        "DisassociateFirewallRuleGroup",
        { FirewallRuleGroupAssociationId: "${association}" },
        { output: { FirewallRuleGroupAssociation: { Status: "DELETING" } } },
      ),
      call("GetFirewallRuleGroupAssociation", { FirewallRuleGroupAssociationId: "${association}" }, missing),
      dropGroup,
      dropVpc,
    ],
  },
  {
    title: "stores whether the resolver of a VPC fails open",
    steps: [
      makeVpc,
      call("GetFirewallConfig", { ResourceId: "${vpc}" }, { output: { FirewallConfig: { FirewallFailOpen: "DISABLED" } } }),
      call(
        "UpdateFirewallConfig",
        { ResourceId: "${vpc}", FirewallFailOpen: "ENABLED" },
        { output: { FirewallConfig: { FirewallFailOpen: "ENABLED", ResourceId: "${vpc}" } } },
      ),
      call("UpdateFirewallConfig", { ResourceId: "${vpc}", FirewallFailOpen: "PERHAPS" }, invalid),
      call("ListFirewallConfigs"),
      call("ListFirewallConfigs", { MaxResults: 1000 }, invalid),
      call("GetFirewallConfig", { ResourceId: "vpc-0123456789abcdef0" }, missing),
      dropVpc,
    ],
  },
  {
    title: "logs queries of VPCs to an existing log group",
    steps: [
      makeVpc,
      { call: "logs:CreateLogGroup", input: { logGroupName: "/queries/${run}" } },
      call(
        "CreateResolverQueryLogConfig",
        {
          CreatorRequestId: "log-${run}",
          Name: "queries-${run}",
          DestinationArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/queries/${run}",
        },
        { output: { ResolverQueryLogConfig: { Status: "CREATED", AssociationCount: 0 } }, save: { log: "ResolverQueryLogConfig.Id" } },
      ),
      call(
        "CreateResolverQueryLogConfig",
        { CreatorRequestId: "no-${run}", Name: "no", DestinationArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none/${run}" },
        missing,
      ),
      call(
        "CreateResolverQueryLogConfig",
        { CreatorRequestId: "no-${run}", Name: "no", DestinationArn: "arn:aws:sns:eu-central-1:111122223333:topic" },
        { error: "InvalidParameterException" },
      ),
      call(
        "AssociateResolverQueryLogConfig",
        { ResolverQueryLogConfigId: "${log}", ResourceId: "${vpc}" },
        {
          output: { ResolverQueryLogConfigAssociation: { Status: "ACTIVE" } },
          save: { association: "ResolverQueryLogConfigAssociation.Id" },
        },
      ),
      call("ListResolverQueryLogConfigs", {}, { output: { ResolverQueryLogConfigs: [{ Id: "${log}", AssociationCount: 1 }] } }),
      call("ListResolverQueryLogConfigs", { MaxResults: 0 }, invalid),
      call(
        "ListResolverQueryLogConfigAssociations",
        {},
        { output: { ResolverQueryLogConfigAssociations: [{ Id: "${association}", ResourceId: "${vpc}" }] } },
      ),
      call("ListResolverQueryLogConfigAssociations", { Filters: [{ Name: "Status", Values: ["ACTIVE"] }] }, invalid),
      call(
        "AssociateResolverQueryLogConfig",
        { ResolverQueryLogConfigId: "${log}", ResourceId: "${vpc}" },
        { error: "ResourceExistsException" },
      ),
      call("AssociateResolverQueryLogConfig", { ResolverQueryLogConfigId: none.log, ResourceId: "${vpc}" }, missing),
      call(
        "GetResolverQueryLogConfig",
        { ResolverQueryLogConfigId: "${log}" },
        { output: { ResolverQueryLogConfig: { AssociationCount: 1, Name: "queries-${run}" } } },
      ),
      call("GetResolverQueryLogConfigAssociation", { ResolverQueryLogConfigAssociationId: "${association}" }),
      call("DeleteResolverQueryLogConfig", { ResolverQueryLogConfigId: "${log}" }, { error: "InvalidRequestException" }),
      call("DisassociateResolverQueryLogConfig", { ResolverQueryLogConfigId: "${log}", ResourceId: "${vpc}" }),
      call("DisassociateResolverQueryLogConfig", { ResolverQueryLogConfigId: "${log}", ResourceId: "${vpc}" }, missing),
      call("GetResolverQueryLogConfigAssociation", { ResolverQueryLogConfigAssociationId: "${association}" }, missing),
      call("DeleteResolverQueryLogConfig", { ResolverQueryLogConfigId: "${log}" }),
      call("GetResolverQueryLogConfig", { ResolverQueryLogConfigId: "${log}" }, missing),
      { call: "logs:DeleteLogGroup", input: { logGroupName: "/queries/${run}" } },
      dropVpc,
    ],
  },
];
