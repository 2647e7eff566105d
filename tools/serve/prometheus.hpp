// SPDX-License-Identifier: Apache-2.0
// The text format of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace linnet::tools {

inline constexpr std::string_view kPrometheusType = "text/plain; version=0.0.4; charset=utf-8";

/// One value; `labels` as they stand between the braces.
struct Sample {
  std::string_view labels;
  std::uint64_t value;
};

/// All samples of one metric behind its help and type ("counter" or "gauge").
void write_metric(std::string& to, std::string_view name, std::string_view type, std::string_view help,
                  std::initializer_list<Sample> samples);
/// One more sample of the metric that was written last.
void write_sample(std::string& to, std::string_view name, const Sample& sample);

}  // namespace linnet::tools
