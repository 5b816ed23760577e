// Evaluates which egress paths of an existing VPC the settings accept. Pure.
import { setCommand } from "../../stack/fix-command";
import { type NetworkRequest } from "../request";

/** Whether the settings accept a path, by the ID of its gateway or the address of its name server. */
export const isAcceptedPath = ({ vpcSettings }: NetworkRequest, id: string) => Object.hasOwn(vpcSettings.acceptedPaths ?? {}, id);

/** The command that accepts a path. */
export const acceptCommand = ({ paths }: NetworkRequest, id: string) =>
  setCommand(`${paths.vpcSettings}.acceptedPaths${/^[\w-]+$/.test(id) ? `.${id}` : `["${id}"]`}`, '"<reason>"');
