// Every service that is more than forwarded: one file (or folder) each, one line here.
import { type Accounts } from "../accounts";
import { type MendedService } from "../mend";
import { type AnyOwnedService } from "../service";
import { sts } from "./sts";

/** Services that the gateway answers itself. */
export const ownedServices = (accounts: Accounts): AnyOwnedService[] => [sts(accounts)];

/** Services of the base that differ too much from AWS as they are. */
export const mendedServices: MendedService[] = [];
