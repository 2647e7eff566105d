// SPDX-License-Identifier: Apache-2.0
// Something to call, not owned: two pointers. A function, or a lambda without captures, may be given as it
// is; anything else (a lambda with captures) is borrowed, so it must have a name and outlive the reference.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace linnet::agent {

template <typename Signature>
class FunctionRef;

template <typename R, typename... Args>
class FunctionRef<R(Args...)> {
 public:
  using Function = R (*)(Args...);

  /// Calls nothing; see operator bool.
  constexpr FunctionRef() noexcept = default;
  constexpr FunctionRef(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <std::convertible_to<Function> F>
  constexpr FunctionRef(F function) noexcept  // NOLINT(google-explicit-constructor)
      : call_{[](Target target, Args... args) { return target.function(std::forward<Args>(args)...); }},
        target_{.function = function} {}

  /// Borrows `callable`. A temporary is refused by the compiler.
  template <typename F>
    requires(!std::convertible_to<F&, Function> && !std::same_as<std::remove_cv_t<F>, FunctionRef> &&
             std::is_invocable_r_v<R, F&, Args...> && !std::is_const_v<F>)
  constexpr FunctionRef(F& callable) noexcept  // NOLINT(google-explicit-constructor)
      : call_{[](Target target, Args... args) -> R {
          return (*static_cast<F*>(target.object))(std::forward<Args>(args)...);
        }},
        target_{.object = &callable} {}

  explicit constexpr operator bool() const noexcept { return call_ != nullptr; }

  R operator()(Args... args) const { return call_(target_, std::forward<Args>(args)...); }

 private:
  union Target {
    void* object;
    Function function;
  };

  R (*call_)(Target, Args...) = nullptr;
  Target target_{.object = nullptr};
};

}  // namespace linnet::agent
