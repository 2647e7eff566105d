# Debian's compiler for Cortex-M; LINNET_CPU says which. Included by the toolchain file of each.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-mcpu=${LINNET_CPU} -mthumb")
set(CMAKE_CXX_FLAGS_INIT "-mcpu=${LINNET_CPU} -mthumb -fno-threadsafe-statics -Wno-psabi")
