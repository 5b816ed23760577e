// Derives the members of an environment from the settings. Pure.
import { type StudioSettings } from "./settings";

/** A user profile. Values that the profile does not set come from the environment's settings. */
export interface StudioMember {
  profile: string;
  /** Name that the member signs in with. */
  userName: string;
  /** Git identity. Undefined without the setting `git`. */
  git?: { name: string; email: string };
  instanceTypes: string[];
  defaultInstanceType: string;
  idleMinutes: number;
  /** Existing role, `arn:…:role/…`. */
  roleArn?: string;
}

/** The members of an environment, in the order of the profiles. */
export function studioMembers(settings: StudioSettings): StudioMember[] {
  const { git, defaultInstanceType } = settings;
  return settings.profiles.map((profile) => {
    const userName = profile.person ?? profile.name;
    const instanceTypes = profile.instanceTypes ?? settings.instanceTypes;
    const email = userName.includes("@") ? userName : `${userName}@${git?.emailDomain}`;
    return {
      profile: profile.name,
      userName,
      ...(git && { git: { name: profile.gitName ?? userName, email } }),
      instanceTypes,
      defaultInstanceType: instanceTypes.includes(defaultInstanceType) ? defaultInstanceType : instanceTypes[0]!,
      idleMinutes: profile.idleMinutes ?? settings.idleMinutes,
      ...(profile.roleArn && { roleArn: profile.roleArn }),
    };
  });
}

/**
 * The member with a given profile. Errors: `RangeError` if no member has the profile;
 * `planStudio` reports it first.
 */
export function requireOwner(members: readonly StudioMember[], owner: string, what: string): StudioMember {
  const member = members.find(({ profile }) => profile === owner);
  if (!member) throw new RangeError(`the owner of ${what} must be a profile (got '${owner}')`);
  return member;
}
