// The calls of `cloister verify`: the event history, and permissions of network interfaces.
import { type Scenario } from "../scenario";

const by = (AttributeKey: string, AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
const none = "AllocateNothing-${run}";

export const cloudtrail: Scenario[] = [
  {
    title: "looks up the latest management events by name and source",
    steps: [
      { call: "sts:GetCallerIdentity" },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventName", "GetCallerIdentity"), MaxResults: 1 },
        output: { Events: [{ EventName: "GetCallerIdentity", EventSource: "sts.amazonaws.com", ReadOnly: "true", Username: "cloister" }] },
      },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventSource", "sts.amazonaws.com"), MaxResults: 1 },
        output: { Events: [{ EventSource: "sts.amazonaws.com" }] },
      },
      { call: "cloudtrail:LookupEvents", input: by("EventName", none), output: { Events: [] } },
      { call: "cloudtrail:LookupEvents", input: by("ResourceName", "vpc-${run}"), output: { Events: [] } },
      { call: "cloudtrail:LookupEvents", input: { EventCategory: "insight" }, output: { Events: [] } },
    ],
  },
  {
    title: "records failed calls",
    steps: [
      { call: "sns:GetTopicAttributes", input: { TopicArn: "arn:aws:sns:eu-central-1:111122223333:none-${run}" }, error: "NotFound" },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventName", "GetTopicAttributes"), MaxResults: 1 },
        output: { Events: [{ EventName: "GetTopicAttributes", EventSource: "sns.amazonaws.com" }] },
      },
    ],
  },
  {
    title: "rejects lookups that CloudTrail rejects",
    steps: [
      {
        call: "cloudtrail:LookupEvents",
        input: { LookupAttributes: [...by("EventName", none).LookupAttributes, ...by("ReadOnly", "true").LookupAttributes] },
        error: "InvalidLookupAttributesException",
      },
      { call: "cloudtrail:LookupEvents", input: by("EventColor", "blue"), error: "InvalidLookupAttributesException" },
      { call: "cloudtrail:LookupEvents", input: { MaxResults: 51 }, error: "InvalidMaxResultsException" },
      { call: "cloudtrail:LookupEvents", input: { NextToken: "none" }, error: "InvalidNextTokenException" },
      { call: "cloudtrail:LookupEvents", input: { EventCategory: "data" }, error: "InvalidEventCategoryException" },
    ],
  },
];

const permission = { NetworkInterfaceId: "${interface}", Permission: "INSTANCE-ATTACH" };

export const interfacePermissions: Scenario[] = [
  {
    title: "creates a network interface, and authorizes no account to attach it",
    steps: [
      { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
      { call: "ec2:CreateSubnet", input: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, save: { subnet: "Subnet.SubnetId" } },
      { call: "ec2:CreateNetworkInterface", input: { SubnetId: "subnet-0f0f0f0f0f0f0f0f0" }, error: "InvalidSubnetID.NotFound" },
      {
        call: "ec2:CreateNetworkInterface",
        input: { SubnetId: "${subnet}", Groups: ["sg-0f0f0f0f0f0f0f0f0"] },
        error: "InvalidSecurityGroupID.NotFound",
      },
      {
        call: "ec2:CreateNetworkInterface",
        input: {
          SubnetId: "${subnet}",
          TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "cloister:verify", Value: "${run}" }] }],
        },
        save: { interface: "NetworkInterface.NetworkInterfaceId" },
      },
      {
        call: "ec2:DescribeNetworkInterfaces",
        input: { Filters: [{ Name: "tag:cloister:verify", Values: ["${run}"] }] },
        output: { NetworkInterfaces: [{ NetworkInterfaceId: "${interface}" }] },
      },
      {
        call: "ec2:CreateNetworkInterfacePermission",
        input: { ...permission, AwsAccountId: "111122223333" },
        error: "OperationNotPermitted",
      },
      { call: "ec2:CreateNetworkInterfacePermission", input: permission, error: "InvalidParameterCombination" },
      {
        call: "ec2:CreateNetworkInterfacePermission",
        input: { ...permission, NetworkInterfaceId: "eni-0f0f0f0f0f0f0f0f0", AwsAccountId: "111122223333" },
        error: "InvalidNetworkInterfaceID.NotFound",
      },
      { call: "ec2:DeleteNetworkInterface", input: { NetworkInterfaceId: "${interface}" } },
      { call: "ec2:DeleteNetworkInterface", input: { NetworkInterfaceId: "${interface}" }, error: "InvalidNetworkInterfaceID.NotFound" },
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
      { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
    ],
  },
];
