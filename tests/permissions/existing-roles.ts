// States what the policies of an existing role decide (`existingRoles`). The permissions boundary of such a role is that of
// the account. Its boundary, bucket policies and key policies deny less than those of the roles that Cloister creates.
import { type Row } from "./row-kit";

interface OwnersDecision {
  /** Requests that an existing role can make with all permissions, and the role that it replaces cannot. */
  about: string;
  actions: RegExp;
  /** Titles of the requests that the permissions boundary of the account denies. */
  except?: RegExp;
}

export const ownersDecisions: OwnersDecision[] = [
  {
    about:
      "Call all SageMaker actions except searches, for any resource, subnet, security group, key and instance type, from any network. Approve models.",
    actions: /^sagemaker:/,
    except:
      /(without (a network|subnets|groups)\b)|contains its job|serverless|file system|s (a|the) domain$|creates a (cluster|compilation job|labeling job|notebook instance)|root on a notebook|as its own$|removes a tag|(changes|deletes) a profile|opens another user|opens a profile without a user|remote editor|lifecycle configuration|image version|(reads outside|pipeline lists): sagemaker:(Search|GetSearch|QueryLineage)/,
  },
  {
    about:
      "Read logs and metrics through any VPC endpoint. Write logs and metrics, delete alarms, read published values, and push and pull images from any network.",
    actions: /^(logs|cloudwatch|ssm:GetParameter|ecr|budgets|tag:GetResources)/,
    except:
      /another region|(deletes|reads) flow logs|(deletes|shortens the retention of) the events|removes the count of an alarm|data-scientist reads denied calls|reads outside: (logs:(Get|Filter|Start)|cloudwatch:(Get|List)Metric|tag:)|of the controls: (DisableAlarmActions|DeleteLogGroup)/,
  },
  {
    about: "Use every network feature from any network with a network path to the service, on resources without the environment's tag.",
    actions: /^(athena|bedrock|codeartifact|codecommit|codeconnections|glue:Get|lambda:Invoke|secretsmanager|states|sts:GetService)/,
  },
  {
    about:
      "As a service role, read and write all objects in the environment's buckets, only through the environment's network and with its keys.",
    actions: /^s3:(Get|Put)Object$/,
    except:
      /outside|network|another environment|without TLS|writes (data|an artifact) (under|with)|bucket|JumpStart models through|replaces a registered|log file|writes a configuration|history of the controls|^(team-administrator|data-scientist|lifecycle) reads data/,
  },
  {
    about: "Read a bucket of another account that has the name of a deleted bucket of the environment.",
    actions: /^s3:(ListBucket|GetObject)$/,
    except: /^(?!.* uses the environment's bucket name in another account)/,
  },
  { about: "List the account's buckets.", actions: /^s3:ListAllMyBuckets$/ },
  { about: "List AWS-owned buckets.", actions: /^s3:ListBucket$/, except: /lists (data|a stranger's bucket)/ },
  {
    about: "Disable keys and schedule their deletion, and use keys whose policies allow all roles of the account.",
    actions: /^kms:(DisableKey|ScheduleKeyDeletion|DescribeKey|Decrypt)$/,
    except: /(data|volumes) key (directly: kms:Decrypt|through)|key of logs|decrypts a (log file|configuration)/,
  },
  {
    about: "Describe the account's networks.",
    actions: /^ec2:Describe(NetworkInterfaces|SecurityGroups|Subnets|Vpcs)$/,
    except: /^(?!.* calls Describe\w+ itself)/,
  },
  {
    about: "Create, share and delete network interfaces in any subnet of the account.",
    actions: /^ec2:(Create|Delete)NetworkInterface(Permission)?$/,
    except: /public address/,
  },
  {
    about: "Pass every role below the path `/cloister/` of the account to SageMaker, including roles of other environments.",
    actions: /^iam:PassRole$/,
    except: /passes (administrator|deployer|the execution role|the deploying role|a role)/,
  },
  { about: "Launch Service Catalog products.", actions: /^servicecatalog:/ },
];

/** The decision of an owner that allows a request, if no other policy denies the request. */
export const ownersDecisionOn = ({ action, it }: Row) =>
  ownersDecisions.find(({ actions, except }) => actions.test(action) && !except?.test(it));
