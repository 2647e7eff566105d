// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/task.hpp"

#include <memory>
#include <new>

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "port/esp_idf/options.hpp"

namespace linnet::port::esp_idf {
namespace {

struct Start {
  void (*body)(void*);
  void* argument;
};

/// A task may not return: it deletes itself, after all that it has.
void run(void* given) {
  {
    const std::unique_ptr<Start> start{static_cast<Start*>(given)};
    start->body(start->argument);
  }
  ::vTaskDelete(nullptr);
}

}  // namespace

Result<void> start_task(const char* name, void (*body)(void* argument), void* argument) noexcept {
  auto start = std::unique_ptr<Start>{new (std::nothrow) Start{body, argument}};
  if (!start) return fail(Errc::too_many);
  constexpr BaseType_t kCore = CONFIG_LINNET_TASK_CORE < 0 ? tskNO_AFFINITY : CONFIG_LINNET_TASK_CORE;
  if (::xTaskCreatePinnedToCore(&run, name, CONFIG_LINNET_TASK_STACK, start.get(),
                                CONFIG_LINNET_TASK_PRIORITY, nullptr, kCore) != pdPASS) {
    return fail(Errc::too_many);
  }
  (void)start.release();
  return {};
}

std::size_t unused_stack() noexcept {
  return ::uxTaskGetStackHighWaterMark(nullptr);
}

}  // namespace linnet::port::esp_idf
