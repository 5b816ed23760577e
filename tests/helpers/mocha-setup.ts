// Loaded by mocha before any test: programs under mocks record as many stack traces as deployed ones.
import { skipBookkeepingTraces } from "@cloister/components/stack/stack-traces";

skipBookkeepingTraces();
