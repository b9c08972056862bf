/**
 * For a machine of two cores and a gigabyte, and for keeping every acknowledged check-in. Given on the command line, so
 * that they are those of the Rollcall that runs and not of the one that made the cluster.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "", // the socket alone
  unix_socket_permissions: "0700",
  max_connections: "60",
  shared_buffers: "128MB",
  effective_cache_size: "512MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  random_page_cost: "1.1",
  jit: "off", // compiling costs more than our short statements take
  // Containers have 64 MB of /dev/shm, which parallel workers would fill; with two cores they gain nothing.
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  io_method: "sync",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_level: "minimal", // nobody replicates from it
  max_logical_replication_workers: "0",
  max_wal_senders: "0",
  min_wal_size: "80MB",
  max_wal_size: "512MB",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "off", // Rollcall keeps the log, and keeps it small
  log_destination: "stderr",
  log_line_prefix: "%m [%p] ",
  // Failed statements are told by who sent them; here they would only carry people's data into a file.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

export const settingArguments = (): string[] =>
  Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
