// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/prometheus.hpp"

#include "tools/cli/text.hpp"

namespace linnet::tools {

void write_metric(std::string& to, std::string_view name, std::string_view type, std::string_view help,
                  std::initializer_list<Sample> samples) {
  to += concat("# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n");
  for (const Sample& each : samples) write_sample(to, name, each);
}

void write_sample(std::string& to, std::string_view name, const Sample& sample) {
  to += sample.labels.empty() ? concat(name, " ", sample.value, "\n")
                              : concat(name, "{", sample.labels, "} ", sample.value, "\n");
}

}  // namespace linnet::tools
