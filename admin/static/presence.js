// A page without news of its own: it keeps its counselor present, and tells of danger like any other.

import { connect } from "./live.js";

connect({ hello: () => ({ type: "hello" }), take: () => {} });
