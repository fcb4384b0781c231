/* KaTeX's server answers each formula in two pieces. Without this, the second waits 40 ms until the
   first is acknowledged: a minute for the whole book. */
const net = require("net");
const createServer = net.createServer;
net.createServer = (...how) => createServer({ noDelay: true }, ...how);
